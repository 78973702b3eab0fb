namespace MtaSts.Protocol;

/// <summary>What a relevant set of CAA records means for a host that wants a certificate from one of several authorities. A closed set.</summary>
public abstract record CaaVerdict
{
    private CaaVerdict() { }

    /// <summary>CAA does not restrict who may issue.</summary>
    public sealed record Unrestricted : CaaVerdict;

    /// <summary>At least one of the authorities may issue.</summary>
    public sealed record Allowed(IReadOnlyList<string> Authorities) : CaaVerdict;

    /// <summary>None of the authorities may issue; other issuers are named.</summary>
    public sealed record OthersOnly(IReadOnlyList<string> Named) : CaaVerdict;

    /// <summary>No authority may issue: <c>issue ";"</c>, or an unreadable value.</summary>
    public sealed record Nobody : CaaVerdict;

    /// <summary>An authority is named, but only for another account or another way of validation (RFC 8657).</summary>
    public sealed record Narrowed(IReadOnlyList<string> Authorities) : CaaVerdict;

    /// <summary>An authority that does not understand this critical property must not issue.</summary>
    public sealed record CriticalUnknown(string Tag) : CaaVerdict;
}

/// <summary>Certification Authority Authorization for a host name that is no wildcard (RFC 8659).</summary>
public static class CaaRules
{
    /// <summary>Properties that every authority processes (§4.2 to §4.4).</summary>
    private static readonly string[] Understood = ["issue", "issuewild", "iodef"];

    /// <summary>
    /// The names whose CAA records are queried, in order: the first that has any gives the relevant set (§3). It climbs from
    /// the host up to, and without, the root. A resolver follows an alias at each of them; the target's own ancestors do not count.
    /// </summary>
    public static IEnumerable<string> Climb(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        for (var name = host.TrimEnd('.'); name.Length > 0;)
        {
            yield return name;
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            name = dot < 0 ? "" : name[(dot + 1)..];
        }
    }

    /// <summary>Evaluates a relevant set.</summary>
    /// <param name="set">All CAA records of the name found; empty where none has any.</param>
    /// <param name="authorities">The issuer domain names of the authorities; one of them suffices.</param>
    public static CaaVerdict Judge(IReadOnlyList<CaaProperty> set, IReadOnlyList<string> authorities)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(authorities);
        // §4.1: a critical property that is not understood forbids issuance, regardless of the others.
        if (set.FirstOrDefault(static property => property.IsCritical && !Understood.Contains(property.Tag, StringComparer.Ordinal)) is { } critical)
            return new CaaVerdict.CriticalUnknown(critical.Tag);
        // §4.3: issuewild does not concern names that are no wildcards. §4: without issue nothing is restricted.
        CaaIssuer[] issuers = [.. set.Where(static property => property.Tag == "issue").Select(static property => CaaIssuer.Read(property.Value))];
        if (issuers.Length == 0)
            return new CaaVerdict.Unrestricted();
        CaaIssuer[] ours = [.. issuers.Where(issuer => authorities.Contains(issuer.Domain, StringComparer.OrdinalIgnoreCase))];
        // §4.2: several properties are alternatives; one that matches suffices.
        string[] allowed = [.. ours.Where(static issuer => issuer.AllowsOtherAccountsOverHttp).Select(static issuer => issuer.Domain).Distinct()];
        if (allowed.Length > 0)
            return new CaaVerdict.Allowed(allowed);
        if (ours.Length > 0)
            return new CaaVerdict.Narrowed([.. ours.Select(static issuer => issuer.Domain).Distinct()]);
        string[] named = [.. issuers.Select(static issuer => issuer.Domain).Where(static domain => domain.Length > 0).Distinct()];
        return named.Length > 0 ? new CaaVerdict.OthersOnly(named) : new CaaVerdict.Nobody();
    }
}
