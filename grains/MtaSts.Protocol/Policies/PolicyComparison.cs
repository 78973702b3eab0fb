using System.Globalization;

namespace MtaSts.Protocol;

/// <summary>Compares policies by meaning: order and repetition of mx are ignored.</summary>
public static class PolicyComparison
{
    /// <summary>
    /// How <paramref name="b"/> differs from <paramref name="a"/>: mode, max_age, removed mx in the order of
    /// <paramref name="a"/>, added mx in the order of <paramref name="b"/>. Empty when they mean the same.
    /// </summary>
    public static IReadOnlyList<PolicyDifference> Compare(Policy a, Policy b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var differences = new List<PolicyDifference>();
        if (a.Mode != b.Mode)
            differences.Add(new PolicyDifference.Mode(a.Mode, b.Mode));
        if (a.MaxAge != b.MaxAge)
            differences.Add(new PolicyDifference.MaxAge(a.MaxAge, b.MaxAge));
        differences.AddRange(a.Mx.Except(b.Mx).Select(static pattern => new PolicyDifference.MxRemoved(pattern)));
        differences.AddRange(b.Mx.Except(a.Mx).Select(static pattern => new PolicyDifference.MxAdded(pattern)));
        return differences;
    }

    /// <summary>
    /// True when a report's <c>policy-string</c> (RFC 8460 §4.4) matches this policy: the same set of lines. White space around keys
    /// and values, a kept <c>\r</c>, the case of host names and several lines in one element are normalised; an unknown, missing or
    /// contradicting line makes it a different policy.
    /// </summary>
    /// <param name="policy">A policy that we have served.</param>
    /// <param name="policyStringLines">The elements as reported; the caller's report limits bound them.</param>
    public static bool IsSame(Policy policy, IReadOnlyList<string> policyStringLines)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(policyStringLines);
        var expected = new HashSet<(string Key, string Value)>(policy.Mx.Select(static pattern => ("mx", pattern.Value)))
        {
            ("version", "STSv1"),
            ("mode", policy.Mode.ToText()),
            ("max_age", policy.MaxAge.ToString(CultureInfo.InvariantCulture)),
        };

        var found = new HashSet<(string Key, string Value)>();
        foreach (var element in policyStringLines)
        {
            foreach (var line in element.AsSpan().EnumerateLines())
            {
                if (line.IsWhiteSpace())
                    continue;
                if (Normalize(line) is not { } pair || !expected.Contains(pair))
                    return false;
                found.Add(pair);
            }
        }

        return found.Count == expected.Count;
    }

    private static (string Key, string Value)? Normalize(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        if (colon < 0)
            return null;
        var key = line[..colon].Trim().ToString();
        var value = line[(colon + 1)..].Trim().ToString();
        return key switch
        {
            "mx" => (key, value.TrimEnd('.').ToLowerInvariant()),
            "max_age" => (key, value.TrimStart('0') is { Length: > 0 } digits ? digits : value.Length > 0 ? "0" : value),
            _ => (key, value),
        };
    }
}
