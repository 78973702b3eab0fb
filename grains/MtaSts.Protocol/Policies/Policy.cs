namespace MtaSts.Protocol;

/// <summary>
/// The content of a policy (RFC 8461 §3.2). Any combination can be represented; <see cref="PolicyRules"/> defines which may be published. Two are
/// equal when mode, lifetime and the patterns in their order are; <see cref="PolicyComparison"/> compares by meaning.
/// </summary>
public sealed record Policy
{
    /// <summary>Longest lifetime in seconds: one year of 365.25 days (RFC 8461 §3.2).</summary>
    public const int MaxAgeLimit = 31_557_600;

    /// <summary>Creates a policy; the list is copied.</summary>
    /// <param name="mode">What senders are asked to do.</param>
    /// <param name="mx">The hosts that may receive mail, in the order in which they are written.</param>
    /// <param name="maxAge">Lifetime in seconds.</param>
    public Policy(PolicyMode mode, IReadOnlyList<MxPattern> mx, int maxAge)
    {
        ArgumentNullException.ThrowIfNull(mx);
        Mode = mode;
        Mx = Array.AsReadOnly([.. mx]);
        MaxAge = maxAge;
    }

    /// <summary>What senders are asked to do.</summary>
    public PolicyMode Mode { get; init; }

    /// <summary>The hosts that may receive mail, in the order in which they are written.</summary>
    public IReadOnlyList<MxPattern> Mx
    {
        get;
        init => field = Array.AsReadOnly([.. value]);
    }

    /// <summary>How long senders may keep the policy, in seconds from each fetch.</summary>
    public int MaxAge { get; init; }

    /// <summary>True when some pattern admits this MX host (RFC 8461 §4.1).</summary>
    public bool Admits(string? mxHost) => Mx.Any(pattern => pattern.Matches(mxHost));

    /// <summary>
    /// The MX hosts to which a sender that enforces the policy would not deliver (RFC 8461 §4.1), each once, in ordinal order. A null MX (RFC 7505)
    /// accepts no mail and is not included.
    /// </summary>
    public IReadOnlyList<string> NotAdmitted(IEnumerable<string> mxHosts)
    {
        ArgumentNullException.ThrowIfNull(mxHosts);
        return [.. mxHosts.Where(host => host is not ("" or ".") && !Admits(host)).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public bool Equals(Policy? other) =>
        other is not null && Mode == other.Mode && MaxAge == other.MaxAge && Mx.SequenceEqual(other.Mx);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Mode);
        hash.Add(MaxAge);
        foreach (var pattern in Mx)
            hash.Add(pattern);
        return hash.ToHashCode();
    }
}
