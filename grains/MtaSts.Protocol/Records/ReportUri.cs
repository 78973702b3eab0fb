using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace MtaSts.Protocol;

/// <summary>
/// Destination of reports: one URI of a reporting record's <c>rua</c> (RFC 8460 §3), <c>mailto:</c> or <c>https:</c>. Two are equal when
/// their <see cref="Value"/> is.
/// </summary>
public sealed class ReportUri : IEquatable<ReportUri>
{
    /// <summary>Longest URI, in characters; a bound for text from outside, far above any address or URL in use.</summary>
    public const int MaxLength = 2048;

    private const string Mail = "mailto:";
    private const string Https = "https:";

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private ReportUri(string value) => Value = value;

    /// <summary>As in the record: ASCII, with <c>,</c> <c>!</c> and <c>;</c> as <c>%2C</c> <c>%21</c> <c>%3B</c>.</summary>
    public string Value { get; }

    /// <summary>True for <c>mailto:</c>, false for <c>https:</c>.</summary>
    public bool IsMail => Value.StartsWith(Mail, StringComparison.OrdinalIgnoreCase);

    /// <summary>The mail address without percent-encoding and header fields; null for <c>https:</c>.</summary>
    public string? MailAddress => IsMail ? Uri.UnescapeDataString(Value[Mail.Length..].Split('?')[0]) : null;

    /// <summary>Reads a URI and percent-encodes the three characters that a record may not contain.</summary>
    /// <param name="text">ASCII text; characters already encoded stay so.</param>
    /// <param name="uri">The URI.</param>
    /// <param name="problem">For the user: what is wrong and what to do.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out ReportUri? uri, [NotNullWhen(false)] out string? problem)
    {
        uri = null;
        var escaped = text is { Length: <= MaxLength }
            ? text.Trim().Replace(",", "%2C", StringComparison.Ordinal).Replace("!", "%21", StringComparison.Ordinal)
                .Replace(";", "%3B", StringComparison.Ordinal)
            : text;
        problem = FindProblem(escaped);
        if (problem is null)
            uri = new ReportUri(escaped!);
        return problem is null;
    }

    /// <summary>Reads text that is already known to be such a URI.</summary>
    /// <exception cref="FormatException">The text is not such a URI; the message is the problem of <see cref="TryParse"/>.</exception>
    public static ReportUri Parse(string text) =>
        TryParse(text, out var uri, out var problem) ? uri : throw new FormatException(problem);

    /// <summary>True when the text is a URI of a scheme other than the two that reporters know.</summary>
    internal static bool HasForeignScheme(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        return colon > 0 && char.IsAsciiLetter(text[0])
            && !text[..colon].ContainsAnyExcept(SchemeCharacters)
            && !text.StartsWith(Mail, StringComparison.OrdinalIgnoreCase)
            && !text.StartsWith(Https, StringComparison.OrdinalIgnoreCase);
    }

    private static string? FindProblem(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "The address for reports is empty. Enter mailto: and a mail address, or an https: URL.";
        if (text.Length > MaxLength)
            return $"The address for reports is longer than {MaxLength} characters. Enter a shorter one.";
        if (FindBadCharacter(text) is { } bad)
            return bad;
        if (text.StartsWith(Mail, StringComparison.OrdinalIgnoreCase))
            return CheckMail(Uri.UnescapeDataString(text[Mail.Length..].Split('?')[0]));
        if (!text.StartsWith(Https, StringComparison.OrdinalIgnoreCase))
            return "Reports go to mailto: or https: addresses only. Begin with one of the two.";
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0
            && text.AsSpan(Https.Length).StartsWith("//", StringComparison.Ordinal)
            ? null
            : "This is not a complete https: URL. Enter https://, a host and a path.";
    }

    private static string? CheckMail(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0)
            return "After mailto: there must be a mail address, such as reports@example.com.";
        if (address.AsSpan(0, at).ContainsAny("@ \t,;"))
            return "There must be exactly one mail address after mailto:. Put each address into an own mailto:.";
        return HostName.TryNormalize(address[(at + 1)..], out _, out var problem)
            ? null
            : $"The part after the @ is not a domain. {problem}";
    }

    private static string? FindBadCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c > '~')
                return "Only ASCII characters are allowed. Write the domain with A-labels (xn--) and percent-encode the rest.";
            if (c <= ' ' || "\"<>\\^`{|}".Contains(c, StringComparison.Ordinal))
                return "There is a character that a URI cannot contain, such as a space. Percent-encode or remove it.";
            if (c == '%' && !(i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2])))
                return "After % there must be two hexadecimal digits. Write a % itself as %25.";
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(ReportUri? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReportUri);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Equal when both are null or have the same <see cref="Value"/>.</summary>
    public static bool operator ==(ReportUri? left, ReportUri? right) => left is null ? right is null : left.Equals(right);

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(ReportUri? left, ReportUri? right) => !(left == right);

    /// <summary><see cref="Value"/>.</summary>
    public override string ToString() => Value;
}
