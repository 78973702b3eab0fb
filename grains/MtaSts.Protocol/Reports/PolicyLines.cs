namespace MtaSts.Protocol.Reports;

/// <summary>
/// A policy's lines as a set, for comparing what a sender quotes (RFC 8460 §4.4, <c>policy-string</c>) with what was served. Senders order, space and
/// capitalise as they like, and one kept the <c>\r</c> of each line.
/// </summary>
public static class PolicyLines
{
    /// <summary>Characters that are kept. A policy of 2,000 has some fifty hosts; what is longer is compared by its beginning.</summary>
    public const int MaxLength = 2_000;

    /// <summary>The lines in one canonical order and form, joined by line feeds; empty when nothing is in them.</summary>
    public static string Of(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var set = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in lines.SelectMany(static text => text.Split('\n')))
        {
            if (Normal(line) is { Length: > 0 } normal)
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

    private static string Normal(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return line.Trim();
        var (key, value) = (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
        // Values of the known keys mean the same in any case; an extension's value may not.
        if (key is "version" or "mode" or "mx")
            value = value.ToLowerInvariant();
        return $"{key}: {(key == "mx" ? value.TrimEnd('.') : value)}";
    }
}
