using System.Globalization;

namespace MtaSts.Protocol.Reports;

/// <summary>
/// A report's file name by RFC 8460 §5.1: <c>sender!policy-domain!begin!end[!unique-id].json[.gz]</c>. A hint: the report's body takes precedence (§5.6).
/// </summary>
/// <param name="Sender">The reporter's domain in lower-case A-labels.</param>
/// <param name="PolicyDomain">The domain reported on, in lower-case A-labels.</param>
/// <param name="Begin">Start of the range.</param>
/// <param name="End">End of the range.</param>
/// <param name="UniqueId">The optional last field.</param>
/// <param name="Compressed">Whether the extension indicates gzip; the decoder relies on the bytes.</param>
public sealed record ReportFileName(string Sender, string PolicyDomain, DateTimeOffset Begin, DateTimeOffset End, string? UniqueId, bool Compressed)
{
    /// <summary>The longest name parsed: two domain names of 255 and 128 for the rest.</summary>
    public const int MaxLength = 638;

    // The last second DateTimeOffset can hold: 9999-12-31T23:59:59Z.
    private const long LastUnixSecond = 253_402_300_799;

    /// <summary>Reads a file name; a path in front of it is ignored. Null when it does not have that form.</summary>
    public static ReportFileName? TryParse(string? name)
    {
        if (name is null || name.Length > MaxLength)
            return null;
        var text = name.AsSpan().Trim();
        text = text[(text.LastIndexOfAny('/', '\\') + 1)..];
        var compressed = text.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        if (compressed)
            text = text[..^3];
        if (!text.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return null;
        text = text[..^5];

        Span<Range> fields = stackalloc Range[6];
        var count = text.Split(fields, '!');
        if (count is not (4 or 5) || text[fields[0]].IsWhiteSpace() || text[fields[1]].IsWhiteSpace()
            || !TrySeconds(text[fields[2]], out var begin) || !TrySeconds(text[fields[3]], out var end))
            return null;
        string? unique = null;
        if (count == 5)
        {
            // §5.1 requires ALPHA / DIGIT; reporters also use hyphens.
            unique = text[fields[4]].ToString();
            if (unique.Length == 0 || unique.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
                return null;
        }
        return new ReportFileName(
            ReportDomains.Normalise(text[fields[0]].ToString()), ReportDomains.Normalise(text[fields[1]].ToString()), begin, end, unique, compressed);
    }

    /// <summary>The name in the form of §5.1.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture,
            $"{Sender}!{PolicyDomain}!{Begin.ToUnixTimeSeconds()}!{End.ToUnixTimeSeconds()}{(UniqueId is null ? "" : "!" + UniqueId)}.json{(Compressed ? ".gz" : "")}");

    private static bool TrySeconds(ReadOnlySpan<char> text, out DateTimeOffset moment)
    {
        moment = default;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > LastUnixSecond)
            return false;
        moment = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }
}
