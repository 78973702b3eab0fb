using System.Diagnostics.CodeAnalysis;

namespace MtaSts.Protocol;

/// <summary>
/// One <c>mx</c> of a policy (RFC 8461 §3.2): a host name, or <c>*.</c> and a domain. Lower-case A-labels without a trailing dot; two
/// are equal when their <see cref="Value"/> is.
/// </summary>
public sealed class MxPattern : IEquatable<MxPattern>
{
    private const string Wildcard = "*.";

    private MxPattern(string value) => Value = value;

    /// <summary>As written in the policy: <c>mx1.example.com</c> or <c>*.example.com</c>.</summary>
    public string Value { get; }

    /// <summary>True for <c>*.</c> and a domain.</summary>
    public bool IsWildcard => Value.StartsWith('*');

    /// <summary>The name without the <c>*.</c>.</summary>
    public string Domain => IsWildcard ? Value[Wildcard.Length..] : Value;

    /// <summary>Display form, with U-labels.</summary>
    public string Unicode => IsWildcard ? Wildcard + HostName.ToUnicode(Domain) : HostName.ToUnicode(Value);

    /// <summary>
    /// Reads user input. Upper case, surrounding white space, one trailing dot and U-labels are normalised. Text that can never
    /// be the name of a mail host with a public certificate is refused.
    /// </summary>
    /// <param name="text">Any text, of any length.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="problem">One or two sentences for the user: what is wrong and what to do.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out MxPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        var rest = text.AsSpan().Trim();
        if (rest is "*" or "*.")
        {
            problem = "A * alone would match every host, and RFC 8461 does not allow it. Enter the host names of the MX "
                + "records, or *. and a domain.";
            return false;
        }

        var isWildcard = rest.StartsWith(Wildcard, StringComparison.Ordinal);
        if (isWildcard)
            rest = rest[Wildcard.Length..];
        if (rest.Length <= HostName.MaxInputLength && rest.Contains('*'))
        {
            problem = "A * is allowed only as the whole first label, as in *.example.com (RFC 8461 §4.1).";
            return false;
        }

        if (!HostName.TryNormalize(rest.ToString(), out var name, out problem))
            return false;
        if (isWildcard && Wildcard.Length + name.Length > HostSyntax.MaxNameLength)
        {
            problem = "No host name can match this pattern: with one more label it is longer than DNS allows. Enter a shorter name.";
            return false;
        }

        pattern = new MxPattern(isWildcard ? Wildcard + name : name);
        return true;
    }

    /// <summary>Reads text that is already known to be a pattern.</summary>
    /// <exception cref="FormatException">The text is not a pattern; the message is the problem of <see cref="TryParse"/>.</exception>
    public static MxPattern Parse(string text) =>
        TryParse(text, out var pattern, out var problem) ? pattern : throw new FormatException(problem);

    /// <summary>
    /// True when the policy admits this host (RFC 8461 §4.1): equal names, where <c>*</c> stands for exactly one whole label. ASCII
    /// case does not matter.
    /// </summary>
    /// <param name="mxHost">The host name of an MX record; one trailing dot is ignored.</param>
    public bool Matches(string? mxHost) => NameMatching.Matches(Value, mxHost);

    /// <summary>
    /// Reads the value of an <c>mx</c> key by the grammar alone (RFC 8461 §3.2, Domain of RFC 5321 §4.1.2): no trailing dot, no
    /// U-labels; a single label and A-labels that decode to nothing are grammatical.
    /// </summary>
    internal static HostFault TryParseGrammar(ReadOnlySpan<char> text, out MxPattern? pattern)
    {
        pattern = null;
        var name = text.StartsWith(Wildcard, StringComparison.Ordinal) ? text[Wildcard.Length..] : text;
        var fault = HostSyntax.Check(name, out _, out _);
        if (fault != HostFault.None)
            return fault;
        pattern = new MxPattern(text.ToString().ToLowerInvariant());
        return HostFault.None;
    }

    /// <inheritdoc/>
    public bool Equals(MxPattern? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MxPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Equal when both are null or have the same <see cref="Value"/>.</summary>
    public static bool operator ==(MxPattern? left, MxPattern? right) => left is null ? right is null : left.Equals(right);

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(MxPattern? left, MxPattern? right) => !(left == right);

    /// <summary><see cref="Value"/>.</summary>
    public override string ToString() => Value;
}
