using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>What an owner is told whose CNAME cannot be seen.</summary>
internal static class HiddenCname
{
    private const string DnsOnly = " If the zone is at Cloudflare, set the CNAME to “DNS only”: while it is proxied, that zone's own rules (redirects, bot checks, firewall) run before ours and may break what senders fetch.";
    private const string DnsOnlySeen = " The name is proxied by Cloudflare: set the CNAME to “DNS only”. While it is proxied, your zone's own rules (redirects, bot checks, firewall) run before ours and may break what senders fetch.";

    /// <summary>State and words for the CNAME's card; null when the token stands nowhere else either.</summary>
    public static (RecordState State, string Detail)? Card(DomainState state, Claim claim, Observation seen, NamingOptions naming)
    {
        if (!PolicyHosts.IsHidden(state, claim, seen, naming))
            return null;
        var known = $"The CNAME cannot be seen, as when a DNS host proxies or flattens it. The domain was recognised by {Places(Evidence.Of(state, claim, seen, naming).Places)}";
        var none = seen.Cname.Status == DnsStatus.NoName ? RecordState.Missing : RecordState.Mismatch;
        return seen.Reach switch
        {
            { IsReached: true } reach => (RecordState.Ok, $"{known} and is reached through the name.{Advice(reach, naming)}"),
            { Problem: { } problem } reach => (none, $"{known}, but the name does not lead here: {problem} Publish the CNAME shown.{(reach.Addresses.Count > 0 ? Advice(reach, naming) : "")}"),
            _ => null, // Nobody asked for hosting: the record is not needed.
        };
    }

    /// <summary>The claim record, where it is needed: hosting is wanted or is not over, and the name stands in the DNS without the CNAME.</summary>
    public static RecordView? ClaimRecord(DomainName name, DomainState state, Claim claim, NamingOptions naming)
    {
        if (!ClaimPhases.Of(state, claim).AreRecordsNeeded() || state.LastObservation is not { ClaimRecord: { } record } seen || Evidence.Of(state, claim, seen, naming).IsCname)
            return null;
        var expected = NamingOptions.ClaimText(claim.Token);
        if (record.Values.Contains(expected, StringComparer.Ordinal))
        {
            return new(name.ClaimRecordName, "TXT", expected, record.Values, RecordState.Ok, claim.LeftOver.HasFlag(TokenPlaces.ClaimRecord)
                ? "It has stood there since before another workspace took the domain, and does not count. Delete it, check, and publish it again."
                : null);
        }
        if (seen.Cname.Status is DnsStatus.NoName or DnsStatus.Failed)
            return null;
        const string Needed = "Needed only while the CNAME cannot be seen because your DNS host proxies or flattens it: it then proves that the domain is yours.";
        return record.Status switch
        {
            DnsStatus.Failed => new(name.ClaimRecordName, "TXT", expected, [], RecordState.Error, $"The DNS gave no answer ({record.Problem}). It is retried automatically."),
            DnsStatus.Found => new(name.ClaimRecordName, "TXT", expected, record.Values, RecordState.Mismatch, $"{Needed} None of the records there has this value, letter by letter; others may stay beside it."),
            _ => new(name.ClaimRecordName, "TXT", expected, [], RecordState.Missing, Needed),
        };
    }

    /// <summary>What hosting waits for; null when it is simply the CNAME.</summary>
    public static (string Problem, string NextStep)? Waiting(DomainState state, Claim claim, NamingOptions naming)
    {
        if (state.LastObservation is not { } seen)
            return null;
        var evidence = Evidence.In(state, seen, naming);
        if (evidence.Contradicts)
            return ("The CNAME cannot be seen, and the other records name more than one workspace: the domain goes to nobody by them.", "Leave the tokens of one workspace in the DNS, or publish the CNAME so that it is seen.");
        if (claim.LeftOver != TokenPlaces.None && !evidence.IsCname && evidence.Claim is null)
            return ($"Your token has stood in {Places(claim.LeftOver)} since before another workspace took the domain, and does not count there.", "Publish the CNAME so that it is seen; or delete that record, check, and publish it again.");
        if (state.Holder != claim.Workspace && evidence is { Claim: not null, MayTakeOver: false, IsUnsure: false } && evidence.Claim == claim)
            return ("Another workspace holds the domain, and a report address alone does not take it from there.", $"Publish the CNAME, or the TXT record {NamingOptions.ClaimText(claim.Token)} at _mtasts-claim.");
        if (state.Holder == claim.Workspace && PolicyHosts.IsHidden(state, claim, seen, naming) && seen.Reach is { Problem: { } problem })
            return ($"The domain was recognised by {Places(evidence.Places)}, but its policy host does not lead here: {problem}", $"Publish the CNAME to {naming.CnameTarget(claim.Token)}, proxied or not.");
        return null;
    }

    public static string Places(TokenPlaces places)
    {
        List<string> names = [];
        if (places.HasFlag(TokenPlaces.ClaimRecord))
            names.Add("the claim record");
        if (places.HasFlag(TokenPlaces.PolicyAlias))
            names.Add("the delegated policy record");
        if (places.HasFlag(TokenPlaces.ReportingAlias))
            names.Add("the delegated reporting record");
        if (places.HasFlag(TokenPlaces.ReportAddress))
            names.Add("the report address");
        return names.Count <= 1 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }

    // At a Cloudflare provider every answer comes by way of Cloudflare, whoever's zone it is.
    private static string Advice(Reach reach, NamingOptions naming) =>
        reach.ThroughCloudflare && !string.Equals(naming.HostnameProvider, "Cloudflare", StringComparison.OrdinalIgnoreCase) ? DnsOnlySeen : DnsOnly;
}
