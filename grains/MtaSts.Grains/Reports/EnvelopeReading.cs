using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>From an envelope to what is stored of it: decoded and attributed, or in quarantine with the reason.</summary>
internal static class EnvelopeReading
{
    /// <summary>Notes that are kept of one envelope.</summary>
    private const int MaxNotes = 50;

    public static async Task<IngestionRecord> Read(EnvelopeMessage envelope, string envelopeId, Func<string, Task<ClaimView?>> claim, DateTimeOffset now)
    {
        var record = new IngestionRecord
        {
            Source = envelope.Source,
            ReceivedAt = envelope.ReceivedAt,
            Raw = envelope.Raw,
            Workspace = envelope.WorkspaceId,
            Domain = envelope.Domain,
            Peer = envelope.Peer,
            FileName = envelope.FileName,
        };
        DecodeResult result;
        try
        {
            result = ReportDecoder.Decode(envelope.Raw, ReportLimits.Default);
        }
        catch (Exception exception)
        {
            // A fault of ours. The envelope is kept, and replayed when the fault is mended.
            return Quarantined(record, "decoder-fault", $"The decoder failed on it ({exception.GetType().Name}). It is kept; please report this.");
        }
        return result switch
        {
            DecodeResult.Decoded decoded => await Attribute(record, decoded, envelope, envelopeId, claim, now),
            DecodeResult.Refused refused => Quarantined(record, refused.Reason.ToString(), refused.Message),
            _ => throw new InvalidOperationException(),
        };
    }

    private static async Task<IngestionRecord> Attribute(IngestionRecord record, DecodeResult.Decoded decoded, EnvelopeMessage envelope, string envelopeId, Func<string, Task<ClaimView?>> claim, DateTimeOffset now)
    {
        var attributed = await Attribution.Of(decoded, envelope, envelopeId, claim, now);
        record = record with { Mended = [.. attributed.Notes.Distinct().Take(MaxNotes)] };
        if (attributed.Contributions.Count > 0)
        {
            return record with
            {
                State = IngestionState.Stored,
                Domains = [.. attributed.Contributions.Select(c => c.Domain).Distinct()],
                Pending = [.. attributed.Contributions.Select(c => new PendingContribution(c.Domain, c.Contribution))],
            };
        }
        if (attributed.OutOfRange is { } outOfRange)
            return Quarantined(record, "day-out-of-range", outOfRange);
        if (attributed.Foreign.Count > 0)
            return Quarantined(record, "not-yours", $"It is about {Names.Listed(attributed.Foreign)}, which this workspace has not claimed. Add the domain, then replay it.");
        // Reports without any policy exist; there is nothing in them to count.
        return Quarantined(record, "no-policies", "The report tells of no policy, so there is nothing to count.");
    }

    private static IngestionRecord Quarantined(IngestionRecord record, string code, string reason) =>
        record with { State = IngestionState.Quarantined, Code = code, Reason = reason };
}
