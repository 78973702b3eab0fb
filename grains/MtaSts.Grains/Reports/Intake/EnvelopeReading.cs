using System.Collections.Immutable;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>Converts an envelope to its stored record: decoded and attributed, or quarantined with the reason.</summary>
/// <param name="decoder">The decoder.</param>
/// <param name="depth">Maximum unpacked size.</param>
/// <param name="keepsOutUnauthenticated">The workspace's setting.</param>
/// <param name="earlier">An earlier finding about its signatures; null when not checked. Keys are removed from the DNS, so an earlier finding stays valid.</param>
internal sealed class EnvelopeReading(EnvelopeMessage envelope, string envelopeId, EnvelopeDecoder decoder, DecodeDepth depth, IWorkspaceClaims claims, bool keepsOutUnauthenticated, DkimFinding? earlier)
{
    /// <summary>Maximum number of notes of one envelope.</summary>
    private const int MaxNotes = 50;

    /// <summary>Maximum characters of a note.</summary>
    private const int MaxNote = 600;

    /// <returns>Null when it unpacks to more than the depth allows.</returns>
    public async Task<IngestionRecord?> Read(DateTimeOffset now)
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
            Token = envelope.Token,
            KeepsOutUnauthenticated = keepsOutUnauthenticated,
            DecoderVersion = ReportDecoder.Version,
        };
        var wasDecoded = false;
        try
        {
            return await decoder.Use(envelope.Raw, depth, async result =>
            {
                wasDecoded = true;
                return result switch
                {
                    DecodeResult.Decoded decoded => Authenticate(await Attribute(record, decoded, now), decoded),
                    DecodeResult.Refused refused => record.Quarantined(refused.Reason.ToString(), refused.Message),
                    _ => throw new InvalidOperationException(),
                };
            });
        }
        catch (Exception exception) when (!wasDecoded)
        {
            // A bug. The envelope is kept, and replayed after the fix.
            return record.Quarantined(QuarantineCodes.DecoderFault, $"The decoder failed on it ({exception.GetType().Name}). It stays in quarantine. Report this as a bug.");
        }
    }

    private async Task<IngestionRecord> Attribute(IngestionRecord record, DecodeResult.Decoded decoded, DateTimeOffset now)
    {
        var attributed = await new Attribution(envelope, envelopeId, claims).Of(decoded, now);
        record = record with { Mended = [.. decoded.Skipped.Select(part => $"Not read: {part.Where}: {part.Refusal.Message}").Concat(attributed.Notes).Select(note => note.Length <= MaxNote ? note : note[..MaxNote] + "…").Distinct().Take(MaxNotes)] };
        if (attributed.Contributions.Count > 0)
        {
            UnreadPart[] parts = [.. decoded.Skipped.Select(part => new UnreadPart(part.Where, part.Refusal.Reason.ToString(), part.Refusal.Message)), .. attributed.Refused];
            return record with
            {
                State = IngestionState.Stored,
                Unclaimed = Claimable(attributed),
                Unread = [.. parts.Take(QuarantineItem.MaxParts)],
                UnreadCount = parts.Length,
                Owners = attributed.Owners.ToImmutableDictionary(),
                Domains = [.. attributed.Contributions.Select(c => c.Domain).Distinct()],
                LastDays = attributed.Contributions.GroupBy(c => c.Domain).ToImmutableDictionary(group => group.Key, group => group.Max(c => DateOnly.FromDateTime(c.Contribution.Start.UtcDateTime))),
                Pending = [.. attributed.Contributions.Select(c => new PendingContribution(c.Domain, c.Contribution))],
            };
        }
        if (attributed.Refused is [{ Code: QuarantineCodes.ImplausibleCount or QuarantineCodes.DayOutOfRange } first, ..])
            return record.Quarantined(first.Code, first.Reason);
        if (attributed.Foreign.Count > 0)
        {
            return record.Quarantined(QuarantineCodes.NotYours, $"It is about {NameList.Text(attributed.Foreign)}, which this workspace has not claimed. Add the domain, then replay it.") with
            {
                Unclaimed = Claimable(attributed),
            };
        }
        // Reports without any policy exist; they contain nothing to count.
        return attributed.Refused is [var refused, ..]
            ? record.Quarantined(refused.Code, refused.Reason)
            : record.Quarantined(QuarantineCodes.NoPolicies, "The report contains no policy, so there is nothing to count.");
    }

    private static ImmutableArray<string> Claimable(Attributed attributed) =>
        [.. attributed.Foreign.Where(name => Protocol.DomainName.TryParse(name, out _, out _)).Take(IQuarantineGrain.MaxUnclaimed)];

    // No DNS queries here: the sender waits until the envelope is stored.
    private IngestionRecord Authenticate(IngestionRecord record, DecodeResult.Decoded decoded)
    {
        if (!Authenticity.IsSignable(record.Source, decoded.Mail))
            return record.State == IngestionState.Stored ? record.Authenticated(DkimFinding.NotMail) : record with { Dkim = DkimFinding.NotMail };
        if (record.State == IngestionState.Stored && earlier is { Verdict: not (DkimVerdict.NotChecked or DkimVerdict.TemporaryError or DkimVerdict.NotMail) } known)
            return record.Authenticated(known);
        // Quarantined envelopes are checked too: at a replay the key may no longer be in the DNS.
        return record with { Dkim = earlier, DkimDue = true, Submitters = [.. Authenticity.Submitters(decoded)] };
    }
}
