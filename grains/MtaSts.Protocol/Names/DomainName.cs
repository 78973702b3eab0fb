using System.Diagnostics.CodeAnalysis;

namespace MtaSts.Protocol;

/// <summary>
/// A mail domain (the Policy Domain of RFC 8461 §1.1): lower-case A-labels, at least two, without a trailing dot. Two are equal when
/// their <see cref="Value"/> is.
/// </summary>
public sealed class DomainName : IEquatable<DomainName>
{
    /// <summary>
    /// Longest domain accepted, in characters: every name that is derived from it, the longest being
    /// <see cref="ClaimRecordName"/>, must itself fit into the 253 characters of DNS (RFC 1035 §2.3.4).
    /// </summary>
    public const int MaxLength = HostSyntax.MaxNameLength - 14;

    private const string PolicyHostPrefix = "mta-sts.";
    private const string PolicyRecordPrefix = "_mta-sts.";
    private const string ReportingRecordPrefix = "_smtp._tls.";
    private const string ClaimRecordPrefix = "_mtasts-claim.";

    /// <summary>A colon and five digits: the longest port in a Host header.</summary>
    private const int MaxPortLength = 6;

    private string? _unicode;

    private DomainName(string value) => Value = value;

    /// <summary>Lower-case A-labels: <c>xn--bcher-kva.example</c>.</summary>
    public string Value { get; }

    /// <summary>Display form, with U-labels: <c>bücher.example</c>. Never used as a key or in a protocol.</summary>
    public string Unicode => _unicode ??= HostName.ToUnicode(Value);

    /// <summary><c>mta-sts.</c> + domain: the host from which senders fetch the policy (RFC 8461 §3.3).</summary>
    public string PolicyHost => PolicyHostPrefix + Value;

    /// <summary><c>_mta-sts.</c> + domain: the name of the policy record (RFC 8461 §3.1).</summary>
    public string PolicyRecordName => PolicyRecordPrefix + Value;

    /// <summary><c>_smtp._tls.</c> + domain: the name of the reporting record (RFC 8460 §3).</summary>
    public string ReportingRecordName => ReportingRecordPrefix + Value;

    /// <summary><c>_mtasts-claim.</c> + domain: the TXT record by which an owner proves control when the CNAME is not visible; specific to this service.</summary>
    public string ClaimRecordName => ClaimRecordPrefix + Value;

    /// <summary>
    /// Reads user input. Surrounding white space, one trailing dot, upper case, U-labels and the full stops of
    /// other scripts are normalised; anything else that is not a domain is refused.
    /// </summary>
    /// <param name="text">Any text, of any length.</param>
    /// <param name="name">The domain.</param>
    /// <param name="problem">One or two sentences for the user: what is wrong and what to do.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out DomainName? name, [NotNullWhen(false)] out string? problem)
    {
        name = null;
        if (!HostName.TryNormalize(text, out var value, out problem))
            return false;
        if (value.Length > MaxLength)
        {
            problem = $"The domain has {value.Length} characters; at most {MaxLength} leave room for the names that MTA-STS and "
                + $"TLS reporting put in front of it, such as {ReportingRecordPrefix} before it. Enter a shorter domain.";
            return false;
        }

        name = new DomainName(value);
        return true;
    }

    /// <summary>Reads text that is already known to be a domain, such as a grain's key.</summary>
    /// <exception cref="FormatException">The text is not a domain; the message is the problem of <see cref="TryParse"/>.</exception>
    public static DomainName Parse(string text) =>
        TryParse(text, out var name, out var problem) ? name : throw new FormatException(problem);

    /// <summary>
    /// Reads an HTTP Host header and returns the domain whose policy host it names. Designed for unauthenticated requests:
    /// bounded, and allocates only when it returns true.
    /// </summary>
    /// <param name="hostHeader">The header's value, optionally with a port, upper case or a trailing dot.</param>
    /// <param name="domain">
    /// The domain in the normalised form of <see cref="Value"/>, for looking it up. Labels beginning with <c>xn--</c> are not
    /// decoded here: the result can be text that no <see cref="DomainName"/> has, which is treated as an unknown name.
    /// </param>
    /// <returns>False when it is not <c>mta-sts.</c> followed by a name of two or more LDH labels.</returns>
    public static bool TryParsePolicyHost(ReadOnlySpan<char> hostHeader, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        if (hostHeader.Length > HostSyntax.MaxNameLength + 1 + MaxPortLength)
            return false;

        var colon = hostHeader.IndexOf(':');
        if (colon >= 0)
        {
            var port = hostHeader[(colon + 1)..];
            if (port.Length >= MaxPortLength || port.ContainsAnyExceptInRange('0', '9'))
                return false;
            hostHeader = hostHeader[..colon];
        }

        if (hostHeader is [.., '.'])
            hostHeader = hostHeader[..^1];
        if (!hostHeader.StartsWith(PolicyHostPrefix, StringComparison.OrdinalIgnoreCase))
            return false;

        var rest = hostHeader[PolicyHostPrefix.Length..];
        if (rest.Length > MaxLength || HostSyntax.Check(rest, out var labels, out _) != HostFault.None || labels < 2)
            return false;

        domain = string.Create(rest.Length, rest, static (target, source) => source.ToLowerInvariant(target));
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(DomainName? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DomainName);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Equal when both are null or have the same <see cref="Value"/>.</summary>
    public static bool operator ==(DomainName? left, DomainName? right) => left is null ? right is null : left.Equals(right);

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(DomainName? left, DomainName? right) => !(left == right);

    /// <summary><see cref="Value"/>.</summary>
    public override string ToString() => Value;
}
