namespace MtaSts.Protocol;

/// <summary>Explains CAA records (RFC 8659) that forbid a certificate, and what to publish.</summary>
/// <param name="Problem">The records found, their name, and the authority they exclude.</param>
/// <param name="NextStep">What to do about it.</param>
/// <param name="Records">Lines to add, in zone file syntax, the preferred one first; empty where adding does not help.</param>
public sealed record CaaAdvice(string Problem, string NextStep, IReadOnlyList<string> Records)
{
    /// <summary>Evaluates the CAA records of a name.</summary>
    /// <param name="owner">The name that holds the records.</param>
    /// <param name="values">In presentation format: <c>0 issue "letsencrypt.org"</c>.</param>
    /// <param name="authorities">Issuer domain names of the authorities; one of them suffices.</param>
    /// <param name="isOperators">The name belongs to the service's operator, not to the domain's owner.</param>
    /// <returns>Null when the records exclude no authority, or there is no authority.</returns>
    public static CaaAdvice? For(string owner, IReadOnlyList<string> values, IReadOnlyList<string> authorities, bool isOperators)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(authorities);
        if (authorities.Count == 0)
            return null;
        var verdict = CaaRules.Judge([.. values.Select(CaaProperty.Read)], authorities);
        var because = verdict switch
        {
            CaaVerdict.OthersOnly others => $"let only {NameList.Text(others.Named)} issue certificates",
            CaaVerdict.Nobody => "forbid all certificates",
            CaaVerdict.Narrowed narrowed => $"name {NameList.Text(narrowed.Authorities)} only for another account or another way of validation",
            CaaVerdict.CriticalUnknown critical => $"have a critical property “{critical.Tag}” that authorities do not know",
            _ => null,
        };
        if (because is null)
            return null;
        var problem = $"The CAA records at {owner} {because}: none of the hostname provider's authorities ({string.Join(", ", authorities)}) may issue the policy host's certificate.";
        if (verdict is CaaVerdict.CriticalUnknown)
            return new CaaAdvice(problem, $"Remove that property at {owner}, or write its flags as 0.", []);
        string[] lines = [.. authorities.Select(authority => CaaProperty.Line(owner, authority))];
        var who = isOperators ? "The operator must add" : "Add";
        return new CaaAdvice(problem, lines.Length == 1 ? $"{who} {lines[0]}" : $"{who} these records, at least the first: {string.Join(" · ", lines)}", lines);
    }
}
