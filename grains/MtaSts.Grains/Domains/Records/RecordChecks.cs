using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>The records that an owner must publish, and their state in the DNS.</summary>
internal static class RecordChecks
{
    public static IReadOnlyList<RecordView> All(string domain, DomainState state, Claim claim, NamingOptions naming)
    {
        var name = DomainName.Parse(domain);
        var phase = ClaimPhases.Of(state, claim);
        var (policy, reporting) = (naming.PolicyRecordTarget(claim.Token), naming.ReportingRecordTarget(claim.Token));
        IReadOnlyList<RecordView> records =
        [
            Cname(name, state, claim, phase, naming),
            DelegationChecks.Of(Policy(name, state, phase), state.LastObservation?.PolicyAlias, phase == ClaimPhase.Ended ? null : policy, DelegatedRecords.Find(state, policy), phase.AreRecordsNeeded()),
            DelegationChecks.Of(Reporting(name, state, claim, naming), state.LastObservation?.ReportingAlias, reporting, DelegatedRecords.Find(state, reporting), isWanted: true),
        ];
        return HiddenCname.ClaimRecord(name, state, claim, naming) is { } proof ? [.. records, proof] : records;
    }

    private static RecordView Cname(DomainName name, DomainState state, Claim claim, ClaimPhase phase, NamingOptions naming)
    {
        var expected = naming.CnameTarget(claim.Token);
        if (state.LastObservation is not { Cname: var seen })
            return new(name.PolicyHost, "CNAME", expected, [], RecordState.Unchecked, "Not looked at yet.");
        if (phase is ClaimPhase.Ended or ClaimPhase.Off)
            return UnneededCname(name, seen, expected, phase);
        if (HiddenCname.Card(state, claim, state.LastObservation, naming) is { } hidden)
            return new(name.PolicyHost, "CNAME", expected, seen.Values, hidden.State, hidden.Detail);
        var (status, detail) = seen.Status switch
        {
            DnsStatus.Failed => (RecordState.Error, $"The DNS gave no answer ({seen.Problem}). It is retried automatically."),
            DnsStatus.Found when seen.Values.Contains(expected, StringComparer.OrdinalIgnoreCase) => (RecordState.Ok, (string?)null),
            DnsStatus.Found => (RecordState.Mismatch, "The name points elsewhere. Change the CNAME to the value shown."),
            _ when phase == ClaimPhase.Retiring => (RecordState.Missing, "Publish this CNAME again: senders need it to learn that hosting ends."),
            _ => (RecordState.Missing, "Publish this CNAME. If your DNS host offers to proxy it, choose “DNS only”."),
        };
        return new(name.PolicyHost, "CNAME", expected, seen.Values, status, detail);
    }

    /// <summary>The CNAME while nothing is hosted: it is not required, and an existing one can be deleted.</summary>
    private static RecordView UnneededCname(DomainName name, LookupView seen, string expected, ClaimPhase phase)
    {
        var isEnded = phase == ClaimPhase.Ended;
        var (status, detail) = seen.Status switch
        {
            DnsStatus.Failed => (RecordState.Error, $"The DNS gave no answer ({seen.Problem}). It is retried automatically."),
            DnsStatus.Found when seen.Values.Contains(expected, StringComparer.OrdinalIgnoreCase) => isEnded
                ? (RecordState.Unchecked, "Hosting has ended. You can delete this CNAME.")
                : (RecordState.Ok, "Needed only for hosting, which is off: nothing is served there."),
            DnsStatus.Found => (isEnded ? RecordState.Unchecked : RecordState.Mismatch, "Needed only for hosting, which is off. The name points elsewhere."),
            _ => (isEnded ? RecordState.Unchecked : RecordState.Missing, "Needed only for hosting, which is off."),
        };
        return new(name.PolicyHost, "CNAME", isEnded ? null : expected, seen.Values, status, detail);
    }

    private static RecordView Policy(DomainName name, DomainState state, ClaimPhase phase)
    {
        var announced = phase is ClaimPhase.Served or ClaimPhase.Retiring ? Announcement.Version(state) : null;
        var expected = announced is null ? null : PolicyRecord.Write(announced.Id);
        if (state.LastObservation is not { PolicyRecord: var seen })
            return new(name.PolicyRecordName, "TXT", expected, [], RecordState.Unchecked, "Not looked at yet.");
        var (status, detail) = announced is null ? Unannounced(state, seen, phase) : PolicyState(seen, announced.Id, phase);
        if (announced is not null && PolicyVersions.Current(state)?.Number != announced.Number)
            detail = "A new policy is being spread to every gateway; its id is shown here in a moment. Until then this id remains correct.";
        return new(name.PolicyRecordName, "TXT", expected, seen.Values, status, detail);
    }

    /// <summary>The record while there is no id to publish.</summary>
    private static (RecordState State, string? Detail) Unannounced(DomainState state, LookupView seen, ClaimPhase phase)
    {
        if (seen.Status == DnsStatus.Failed)
            return (RecordState.Error, $"The DNS gave no answer ({seen.Problem}). It is retried automatically.");
        var selected = PolicyRecord.Select(seen.Values);
        var isLeft = selected is PolicyRecordReading.Found found && state.Versions.Any(version => version.Id == found.Record.Id);
        return (RecordState.Unchecked, phase switch
        {
            ClaimPhase.Served or ClaimPhase.Retiring => "Nothing to publish yet: the id is shown as soon as every gateway serves the policy.",
            ClaimPhase.Wanted when selected is PolicyRecordReading.None => "Nothing to publish yet: the record is shown as soon as the policy is served.",
            _ when isLeft => "This record is left over from hosting, which has ended. You can delete it.",
            _ when selected is PolicyRecordReading.None => "Needed only for hosting, which is off.",
            _ => "This record announces a policy that is not served from here.",
        });
    }

    private static (RecordState State, string? Detail) PolicyState(LookupView seen, string id, ClaimPhase phase)
    {
        if (seen.Status == DnsStatus.Failed)
            return (RecordState.Error, $"The DNS gave no answer ({seen.Problem}). It is retried automatically.");
        return PolicyRecord.Select(seen.Values) switch
        {
            PolicyRecordReading.Found { Record.Repeated: { } field } => (RecordState.Invalid, Twice(field)),
            PolicyRecordReading.Found found when found.Record.Id == id => (RecordState.Ok, null),
            PolicyRecordReading.Found when phase == ClaimPhase.Retiring => (RecordState.Mismatch, "Publish this id now: until it changes, senders apply the previous policy."),
            PolicyRecordReading.None { NearMiss: null } when phase == ClaimPhase.Retiring => (RecordState.Missing, "Publish this record now: until they see its id, senders apply the previous policy."),
            PolicyRecordReading.Found => (RecordState.Mismatch, "The id is not that of the policy served now. Senders that compare ids keep the old policy until you change it."),
            PolicyRecordReading.Multiple => (RecordState.Invalid, "More than one record begins with v=STSv1. Senders then see none (RFC 8461 §3.1): leave exactly one."),
            PolicyRecordReading.Invalid invalid => (RecordState.Invalid, $"Senders cannot read this record: {invalid.Reason}"),
            PolicyRecordReading.None { NearMiss: { } nearMiss } => (RecordState.Missing, nearMiss),
            _ => (RecordState.Missing, "Publish this TXT record. Senders look for the policy only when it is there."),
        };
    }

    private static RecordView Reporting(DomainName name, DomainState state, Claim claim, NamingOptions naming)
    {
        var address = "mailto:" + naming.ReportAddress(ReportAddresses.Token(claim));
        var expected = DelegatedRecords.ReportingValue(claim, naming);
        if (state.LastObservation is not { ReportingRecord: var seen })
            return new(name.ReportingRecordName, "TXT", expected, [], RecordState.Unchecked, "Not looked at yet.");
        var (status, detail) = ReportingState(seen, address, [.. claim.EarlierReportTokens.Select(earlier => "mailto:" + naming.ReportAddress(earlier.Token))]);
        return new(name.ReportingRecordName, "TXT", expected, seen.Values, status, detail);
    }

    private static (RecordState State, string? Detail) ReportingState(LookupView seen, string address, string[] earlier)
    {
        if (seen.Status == DnsStatus.Failed)
            return (RecordState.Error, $"The DNS gave no answer ({seen.Problem}). It is retried automatically.");
        switch (ReportingRecord.Select(seen.Values))
        {
            case ReportingRecordReading.Found { Record.Repeated: { } field }:
                return (RecordState.Invalid, Twice(field));
            case ReportingRecordReading.Found found:
                var position = found.Record.Rua.ToList().FindIndex(r => string.Equals(r.Value, address, StringComparison.OrdinalIgnoreCase));
                return position switch
                {
                    0 => (RecordState.Ok, null),
                    > 0 => (RecordState.Ok, "Put this address first: some senders, Microsoft among them, send to the first one only."),
                    _ when found.Record.Rua.Any(r => earlier.Contains(r.Value, StringComparer.OrdinalIgnoreCase)) =>
                        (RecordState.Mismatch, "Reports go to an earlier report address, which stops working. Replace it with the new one."),
                    _ => (RecordState.Mismatch, "Reports go to another address. Put this one first; others may follow it, separated by commas."),
                };
            case ReportingRecordReading.Multiple:
                return (RecordState.Invalid, "More than one record begins with v=TLSRPTv1. Senders then see none (RFC 8460 §3): leave exactly one.");
            case ReportingRecordReading.Invalid invalid:
                return (RecordState.Invalid, $"Senders cannot read this record: {invalid.Reason}");
            case ReportingRecordReading.None { NearMiss: { } nearMiss }:
                return (RecordState.Missing, nearMiss);
            default:
                return (RecordState.Missing, "Publish this TXT record. Without it no sender reports anything.");
        }
    }

    private static string Twice(string field) => field == "rua"
        ? "The field rua occurs more than once. Some senders read only one of them, others refuse the record: put all addresses into one rua, separated by commas."
        : $"The field {field} occurs more than once. Some senders take the first, others the last, others refuse the record: leave it once.";
}
