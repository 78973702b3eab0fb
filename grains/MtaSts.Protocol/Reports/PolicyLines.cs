namespace MtaSts.Protocol.Reports;

/// <summary>
/// A policy's lines as a set, for comparing a quoted policy (RFC 8460 §4.4, <c>policy-string</c>) with a served one. Senders vary order, spacing and
/// case. One keeps the <c>\r</c> of each line. Some put all lines into one text, separated by blanks, tabs, semicolons, commas, vertical bars, or line
/// ends written as <c>\r\n</c>.
/// </summary>
public static class PolicyLines
{
    /// <summary>Longest result, in characters; about fifty hosts. Of a longer one only the first 2,000 characters, after sorting, are kept and compared.</summary>
    public const int MaxLength = 2_000;

    private static readonly string[] Keys = ["version", "mode", "max_age", "mx"];
    private static readonly char[] Separators = [' ', '\t', ';', ',', '|'];

    /// <summary>The lines in one canonical order and form, joined by line feeds; empty when there is no content.</summary>
    public static string Of(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var set = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in lines.SelectMany(SplitLines))
        {
            if (NormalizeLine(line) is { Length: > 0 } normal)
                set.Add(normal);
        }
        var joined = string.Join('\n', set);
        return joined.Length <= MaxLength ? joined : joined[..MaxLength];
    }

    /// <summary>The lines of a policy as it is served.</summary>
    public static string Of(Policy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Of([
            "version: STSv1",
            "mode: " + policy.Mode.ToText(),
            "max_age: " + policy.MaxAge.ToString(System.Globalization.CultureInfo.InvariantCulture),
            .. policy.Mx.Select(static pattern => "mx: " + pattern.Value),
        ]);
    }

    /// <summary>Splits a text at each line end, literal or written as <c>\r\n</c>, and before each known key (RFC 8461 §3.2) that follows a separator. Values of these keys contain no colon.</summary>
    private static IEnumerable<string> SplitLines(string text)
    {
        foreach (var written in text.Replace("\\r", "\n", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Split(['\n', '\r']))
        {
            var begin = 0;
            for (var colon = written.IndexOf(':', StringComparison.Ordinal); colon >= 0; colon = written.IndexOf(':', colon + 1))
            {
                var key = KeyBefore(written, colon);
                if (key <= begin)
                    continue;
                yield return written[begin..key];
                begin = key;
            }
            yield return written[begin..];
        }
    }

    /// <summary>Start of the key that ends at a colon and follows a separator; −1 when there is none.</summary>
    private static int KeyBefore(string line, int colon)
    {
        var end = line.AsSpan(0, colon).TrimEnd().Length;
        foreach (var key in Keys)
        {
            var begin = end - key.Length;
            if (begin > 0 && string.Compare(line, begin, key, 0, key.Length, StringComparison.OrdinalIgnoreCase) == 0 && Separators.Contains(line[begin - 1]))
                return begin;
        }
        return -1;
    }

    private static string NormalizeLine(string line)
    {
        line = line.Trim(Separators);
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return line;
        var (key, value) = (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
        // Values of the known keys mean the same in any case; the value of an extension may be case-sensitive.
        if (key is "version" or "mode" or "mx")
            value = value.ToLowerInvariant();
        return $"{key}: {(key == "mx" ? value.TrimEnd('.') : value)}";
    }
}
