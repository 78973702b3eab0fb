using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Dkim;

namespace MtaSts.Grains.Reports;

/// <summary>Completes a stored envelope: checks its signatures, applies its contributions to the scorecards, and stores the final state.</summary>
internal sealed partial class EnvelopeCompletion(IGrainFactory grains, DkimCheck dkim, ServiceClock clock, ILogger<EnvelopeCompletion> logger)
{
    /// <summary>Concurrently applied contributions of one envelope.</summary>
    private const int AppliedAtOnce = 50;

    /// <summary>Applies the pending contributions and stores the final state, in one write. May be repeated at any point, also concurrently.</summary>
    public async Task Complete(IStoredEnvelope envelope)
    {
        if (!envelope.Record.IsOpen)
            return;
        if (envelope.Record.DkimDue)
            await Authenticate(envelope);
        var record = envelope.Record;
        var ended = record;
        IntakeResult? result = null;
        if (record.State == IngestionState.Stored)
        {
            // A delivery may hold a thousand reports.
            var outcomes = new ApplyOutcome[record.Pending.Length];
            // Reports of one identity follow each other: the first of a delivery counts.
            var same = record.Pending.Select((pending, i) => (Pending: pending, Index: i)).GroupBy(item => (item.Pending.Domain, item.Pending.Contribution.Identity));
            foreach (var batch in same.Chunk(AppliedAtOnce))
            {
                await Task.WhenAll(batch.Select(async reports =>
                {
                    foreach (var (pending, i) in reports)
                        outcomes[i] = await Apply(record.Workspace, pending);
                }));
            }
            if (outcomes.Length > 0 && !record.HasOtherDomains && outcomes.All(outcome => outcome == ApplyOutcome.NoClaim))
            {
                await Delete(envelope); // The domain and its reports were removed meanwhile.
                return;
            }
            result = record.Charge == IntakeCharge.None ? null : record.ToIntakeResult(outcomes);
            ended = record.Applied(outcomes) with { Charge = IntakeCharge.None };
        }
        var quarantine = grains.Quarantine(ended.Workspace);
        if (ended.State == IngestionState.Quarantined)
        {
            if (await grains.Workspace(ended.Workspace).Get() is null
                || (ended.Domain is { } domain && await grains.Domain(domain).GetClaim(ended.Workspace) is null))
            {
                await Delete(envelope); // The workspace or the domain was removed meanwhile.
                return;
            }
            await quarantine.Put(ended.ToItem(envelope.Id));
        }
        else if (ended.IsPartlyKept)
        {
            await quarantine.Put(ended.ToItem(envelope.Id));
        }
        else if (ended.Replayed)
        {
            await quarantine.Remove(envelope.Id);
        }
        if (ended is { State: IngestionState.Counted or IngestionState.Duplicate, Contents.IsEmpty: false })
            await quarantine.Counted(ended.Contents);
        await envelope.Write(ended with { IsOpen = false });
        await RecordResult(envelope, result);
    }

    /// <summary>Deletes an envelope, and its quarantine item, which an earlier attempt may have added.</summary>
    public async Task Delete(IStoredEnvelope envelope)
    {
        await grains.Quarantine(envelope.Record.Workspace).Remove(envelope.Id);
        await envelope.Delete();
    }

    /// <summary>Applies a contribution to its day's scorecard.</summary>
    public Task<ApplyOutcome> Apply(string workspace, PendingContribution pending) =>
        grains.Scorecard(workspace, pending.Domain, DateOnly.FromDateTime(pending.Contribution.Start.UtcDateTime)).Apply(pending.Contribution);

    /// <summary>Checks the signatures. The finding is durable before anything is counted, so that a retry counts the same.</summary>
    private async Task Authenticate(IStoredEnvelope envelope)
    {
        var record = envelope.Record;
        var finding = await dkim.Of(record.Raw, record.Submitters, record.SignedBy(clock));
        var authenticated = record.State == IngestionState.Stored ? record.Authenticated(finding) : record with { Dkim = finding, DkimDue = false };
        await envelope.Write(authenticated with { DkimRetry = finding.Verdict == DkimVerdict.TemporaryError ? DkimRetry.First(clock.GetUtcNow()) : null });
    }

    /// <summary>Called once, after the final state is stored. The shares are an estimate: after a crash the charge remains and decays.</summary>
    private async Task RecordResult(IStoredEnvelope envelope, IntakeResult? result)
    {
        if (result is null || envelope.Record.Domain is not { } domain)
            return;
        try
        {
            await grains.ReportShare(envelope.Record.Workspace, domain).RecordResult(result);
        }
        catch (Exception exception)
        {
            LogResultNotRecorded(exception, envelope.Id);
        }
    }

    [LoggerMessage(1509, LogLevel.Warning, "Result of envelope {EnvelopeId} not recorded in the share of its report address; the share stays charged")]
    private partial void LogResultNotRecorded(Exception exception, string envelopeId);
}
