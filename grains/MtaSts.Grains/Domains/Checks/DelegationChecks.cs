using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>
/// A record that the owner may publish in two ways: as a CNAME to a name in the service's zone, permanently, or directly as a TXT. The content of the DNS decides
/// which form is shown; if the DNS has no correct record, the CNAME is recommended and the TXT is the alternative.
/// </summary>
internal static class DelegationChecks
{
    /// <param name="byHand">The record for owners who publish the TXT: its expected value, and the state of the existing record (also at the end of a CNAME).</param>
    /// <param name="alias">The CNAME at the record's name; null when it was never looked up.</param>
    /// <param name="target">Its required target; null when the service has no zone for such records.</param>
    /// <param name="record">The wanted state of the record at <paramref name="target"/>; null when there is none.</param>
    /// <param name="isWanted">False: the record is not needed.</param>
    public static RecordView Of(RecordView byHand, LookupView? alias, string? target, DesiredRecord? record, bool isWanted)
    {
        if (target is null)
            return byHand;
        var offered = byHand with { Type = "CNAME", Expected = target, Alternative = byHand.Expected };
        if (alias is null)
            return offered with { State = RecordState.Unchecked, Detail = "Not looked at yet." };
        if (alias.Status == DnsStatus.Failed)
            return offered with { State = RecordState.Error, Detail = $"The DNS gave no answer ({alias.Problem}). It is retried automatically." };
        if (DelegatedRecords.LeadsTo(alias, target))
            return Delegated(offered with { Observed = alias.Values, Alternative = null }, byHand, record);
        if (byHand.State == RecordState.Ok)
            return byHand with { Detail = byHand.Detail ?? $"Published by hand: you must update it by hand after each change. A CNAME to {target} is kept up to date automatically.", Alternative = target };
        if (!isWanted)
        {
            return alias.Status == DnsStatus.Found || byHand.Observed.Count > 0
                ? byHand with { Observed = alias.Status == DnsStatus.Found ? alias.Values : byHand.Observed }
                : offered with { State = RecordState.Unchecked, Detail = "This CNAME can be published at any time; it is needed only for hosting, which is off." };
        }
        if (alias.Status == DnsStatus.Found)
            return offered with { Observed = alias.Values, State = RecordState.Mismatch, Detail = "The name is a CNAME that leads elsewhere. Change it to the value shown." };
        return byHand.State switch
        {
            RecordState.Missing or RecordState.Unchecked when byHand.Observed.Count == 0 =>
                offered with { State = RecordState.Missing, Detail = "Publish this CNAME once: this service keeps the record behind it up to date." + Otherwise(byHand) },
            RecordState.Missing => offered with { State = RecordState.Missing, Detail = $"{byHand.Detail} Publish this CNAME in its place, once." + Otherwise(byHand) },
            RecordState.Mismatch or RecordState.Invalid => offered with { State = byHand.State, Detail = $"{byHand.Detail} Or replace what is there with this CNAME, once." },
            _ => offered with { State = byHand.State, Detail = byHand.Detail },
        };
    }

    // The CNAME is correct: the service must fix any problem of its target.
    private static RecordView Delegated(RecordView shown, RecordView behind, DesiredRecord? record)
    {
        if (behind.State is RecordState.Ok)
            return shown with { State = RecordState.Ok, Detail = behind.Expected is not null && behind.Detail is { } said ? said : null };
        if (behind.State == RecordState.Error)
            return shown with { State = RecordState.Error, Detail = behind.Detail };
        if (record?.Value is null)
            return shown with { State = RecordState.Ok, Detail = "The CNAME is right, and there is nothing more to do: the record behind it is written as soon as there is something to announce." };
        var detail = record switch
        {
            { Problem: { } problem, WrittenAt: null } => $"The CNAME is right, but the record behind it could not be written yet. {problem} {record.NextStep}",
            { WrittenAt: null } => "The CNAME is right; the record behind it is being written.",
            _ => "The CNAME is right and the record behind it is written; the DNS still shows what was there before, for some minutes.",
        };
        return shown with { State = behind.State == RecordState.Unchecked ? RecordState.Missing : behind.State, Detail = detail.TrimEnd() };
    }

    private static string Otherwise(RecordView byHand) => byHand.Expected is null ? "" : " Or publish the TXT yourself, and change it whenever it changes: " + byHand.Expected;
}
