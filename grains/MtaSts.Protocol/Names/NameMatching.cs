using System.Text;

namespace MtaSts.Protocol;

/// <summary>
/// Comparison of a host name with a name that may begin with <c>*.</c>: RFC 6125 §6.4 as RFC 8461 §4.1 restricts it. Policies (§4.1) and certificates (§4.2)
/// use the same rule.
/// </summary>
internal static class NameMatching
{
    private const string Wildcard = "*.";

    /// <summary>Equal names without regard to ASCII case, where <c>*</c> as the whole first label stands for exactly one label.</summary>
    /// <param name="pattern">Without trailing dot. Text that is no name matches nothing.</param>
    /// <param name="host">In A-labels; one trailing dot is ignored.</param>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> host)
    {
        if (host is [.., '.'])
            host = host[..^1];
        if (!pattern.StartsWith(Wildcard, StringComparison.Ordinal))
            return host.Length > 0 && Ascii.EqualsIgnoreCase(host, pattern);
        var dot = host.IndexOf('.');
        return dot > 0 && Ascii.EqualsIgnoreCase(host[dot..], pattern[1..]);
    }
}
