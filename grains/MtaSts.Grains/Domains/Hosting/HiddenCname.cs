using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Texts for an owner whose CNAME is not visible.</summary>
internal static class HiddenCname
{
    private const string DnsOnly = " If the zone is at Cloudflare, set the CNAME to “DNS only”: while it is proxied, that zone's own rules (redirects, bot checks, firewall) run before ours and may break what senders fetch.";
    private const string DnsOnlySeen = " The name is proxied by Cloudflare: set the CNAME to “DNS only”. While it is proxied, your zone's own rules (redirects, bot checks, firewall) run before ours and may break what senders fetch.";

    /// <summary>State and text for the CNAME's card; null when the token is in no other place either.</summary>
    public static (RecordState State, string Detail)? Card(DomainState state, Claim claim, Observation seen, NamingOptions naming)
    {
        if (!PolicyHosts.IsHidden(state, claim, seen, naming))
            return null;
        if (PolicyHosts.LeadsElsewhere(seen))
            return (RecordState.Mismatch, $"The CNAME leads to another name, and not here: {seen.Reach!.Fault?.Text} Publish the CNAME shown.");
        var what = seen.Cname.Status == DnsStatus.Found ? "The CNAME leads to another name." : "The CNAME cannot be seen, as when a DNS host proxies or flattens it.";
        var known = $"{what} The domain was recognised by {Places(Evidence.Of(state, claim, seen, naming).Places)}";
        var none = seen.Cname.Status == DnsStatus.NoName ? RecordState.Missing : RecordState.Mismatch;
        return seen.Reach switch
        {
            { IsReached: true } reach => (RecordState.Ok, $"{known} and is reached through the name.{Advice(reach, naming)}"),
            { Fault: { } fault } reach => (none, $"{known}, but the name does not lead here: {fault.Text} Publish the CNAME shown.{(reach.Addresses.Count > 0 ? Advice(reach, naming) : "")}"),
            _ => null, // Hosting was not requested: the record is not needed.
        };
    }

    /// <summary>The claim record, if needed: hosting is requested or not ended, and the name exists in the DNS without the CNAME.</summary>
    public static RecordView? ClaimRecord(DomainName name, DomainState state, Claim claim, NamingOptions naming)
    {
        if (!ClaimPhases.Of(state, claim).AreRecordsNeeded() || state.LastObservation is not { ClaimRecord: { } record } seen || Evidence.Of(state, claim, seen, naming).IsCname)
            return null;
        var expected = NamingOptions.ClaimText(claim.Token);
        if (record.Values.Contains(expected, StringComparer.Ordinal))
        {
            return new(name.ClaimRecordName, "TXT", expected, record.Values, RecordState.Ok, claim.LeftOver.HasFlag(TokenPlaces.ClaimRecord)
                ? "It was already there when another workspace took the domain, so it is ignored. Delete it, check, and publish it again."
                : null);
        }
        if (claim.TakenOver is not null && state.Serving == ServingState.Off && seen.Cname.Status != DnsStatus.Failed)
            return new(name.ClaimRecordName, "TXT", expected, record.Values, RecordState.Missing, "Publish this before you change the CNAME: it proves that the domain is yours, so that the policy is served here before senders come.");
        if (seen.Cname.Status is DnsStatus.NoName or DnsStatus.Failed || PolicyHosts.LeadsElsewhere(seen))
            return null; // A record would not lead senders here.
        const string Needed = "Needed only while the CNAME cannot be seen because your DNS host proxies or flattens it: it then proves that the domain is yours.";
        return record.Status switch
        {
            DnsStatus.Failed => new(name.ClaimRecordName, "TXT", expected, [], RecordState.Error, $"The DNS gave no answer ({record.Problem}). It is retried automatically."),
            DnsStatus.Found => new(name.ClaimRecordName, "TXT", expected, record.Values, RecordState.Mismatch, $"{Needed} None of the records there has this value, letter by letter; others may stay beside it."),
            _ => new(name.ClaimRecordName, "TXT", expected, [], RecordState.Missing, Needed),
        };
    }

    /// <summary>What hosting waits for; null when it is only the CNAME.</summary>
    public static (string Problem, string NextStep)? Waiting(DomainState state, Claim claim, NamingOptions naming)
    {
        if (state.LastObservation is not { } seen)
            return null;
        var evidence = Evidence.In(state, seen, naming);
        if (evidence.Contradicts)
            return ("The CNAME cannot be seen, and the other records name more than one workspace, so no workspace gets the domain.", "Leave the tokens of one workspace in the DNS, or publish the CNAME so that it is seen.");
        if (claim.LeftOver != TokenPlaces.None && !evidence.IsCname && evidence.Claim is null)
            return ($"Your token was already in {Places(claim.LeftOver)} when another workspace took the domain, so it is ignored there.", "Publish the CNAME so that it is seen; or delete that record, check, and publish it again.");
        if (state.Holder != claim.Workspace && evidence is { Claim: not null, MayTakeOver: false, IsUnsure: false } && evidence.Claim == claim)
            return ("Another workspace holds the domain, and a report address alone does not take it from there.", $"Publish the CNAME, or the TXT record {NamingOptions.ClaimText(claim.Token)} at _mtasts-claim.");
        if (state.Holder == claim.Workspace && PolicyHosts.IsHidden(state, claim, seen, naming) && seen.Reach is { Fault: { } fault })
            return ($"The domain was recognised by {Places(evidence.Places)}, but its policy host does not lead here: {fault.Text}", $"Publish the CNAME to {naming.CnameTarget(claim.Token)}, proxied or not.");
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

    // With a Cloudflare provider every response comes through Cloudflare, for any zone.
    private static string Advice(Reach reach, NamingOptions naming) =>
        reach.ThroughCloudflare && !string.Equals(naming.HostnameProvider, "Cloudflare", StringComparison.OrdinalIgnoreCase) ? DnsOnlySeen : DnsOnly;
}
