using MtaSts.Grains.Clocks;
using MtaSts.Grains.Dkim;

namespace MtaSts.Grains.Reports;

/// <summary>Prepares an envelope for storage: decodes it, and charges it to its report address.</summary>
internal sealed class EnvelopeIntake(IGrainFactory grains, EnvelopeDecoder decoder, DkimCheck dkim, ServiceClock clock)
{
    /// <summary>Decodes and attributes an envelope.</summary>
    /// <param name="envelope">The envelope.</param>
    /// <param name="id">Its id.</param>
    /// <param name="earlier">An earlier finding about its signatures; null when they were not checked.</param>
    public async Task<IngestionRecord> Read(EnvelopeMessage envelope, string id, DkimFinding? earlier) => (await Read(envelope, id, earlier, DecodeDepth.Full))!;

    /// <summary>As <see cref="Read(EnvelopeMessage, string, DkimFinding?)"/>, for a new envelope; null when it needs an exclusive turn to be unpacked.</summary>
    public Task<IngestionRecord?> ReadLight(EnvelopeMessage envelope, string id) => Read(envelope, id, null, DecodeDepth.Light);

    /// <summary>The record with its charge; null when its report address has no room.</summary>
    public async Task<IngestionRecord?> Admit(IngestionRecord record, bool isPromised)
    {
        if (record.Domain is not { } domain)
            return record; // A member's upload.
        var share = grains.ReportShare(record.Workspace, domain);
        var charge = await share.Take(record.ToIntakeRequest(isPromised));
        if (charge == IntakeCharge.None && record is { State: IngestionState.Stored, DkimDue: true })
        {
            // Signed mail has its own share. The signature is checked before storing, because anyone can write an invalid one.
            if (await dkim.OfAwaited(record.Raw, record.Submitters, record.SignedBy(clock)) is not { Verdict: DkimVerdict.Pass } finding)
                return null;
            record = record.Authenticated(finding);
            charge = await share.Take(record.ToIntakeRequest(isPromised));
        }
        return charge == IntakeCharge.None ? null : record with { Charge = charge, IsFromKnown = record.IsFromKnown || charge == IntakeCharge.Reporter };
    }

    /// <summary>Refunds the charge of a copy of a stored envelope.</summary>
    public Task GiveBack(IngestionRecord record) =>
        record is { Domain: { } domain, Charge: not IntakeCharge.None } ? grains.ReportShare(record.Workspace, domain).RecordResult(record.ToIntakeResult([]) with { IsStoredBefore = true }) : Task.CompletedTask;

    private async Task<IngestionRecord?> Read(EnvelopeMessage envelope, string id, DkimFinding? earlier, DecodeDepth depth)
    {
        var countsUnauthenticated = await grains.Workspace(envelope.WorkspaceId).CountsUnauthenticated();
        return await new EnvelopeReading(envelope, id, decoder, depth, new WorkspaceClaims(grains, envelope.WorkspaceId, envelope.Domain), !countsUnauthenticated, earlier).Read(clock.LatestCalendar);
    }
}
