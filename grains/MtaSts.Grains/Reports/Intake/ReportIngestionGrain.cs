using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Dkim;
using MtaSts.Grains.Storage;
using MtaSts.Protocol.Reports;
using Orleans.Storage;

namespace MtaSts.Grains.Reports;

[GrainType("ingestion")]
internal sealed partial class ReportIngestionGrain(
    [PersistentState(StateNames.Ingestion, StateNames.Storage)] IPersistentState<IngestionRecord> stored,
    EnvelopeStorage storage,
    EnvelopeIntake intake,
    EnvelopeCompletion completion,
    EnvelopeDecoder decoder,
    DkimCheck dkim,
    ServiceClock clock,
    ILogger<ReportIngestionGrain> logger) : Grain, IReportIngestionGrain, IStoredEnvelope
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    /// <summary>Attempts of a step after concurrent writes of the envelope.</summary>
    private const int MaxTries = 5;

    private IGrainTimer? timer;
    private TimeSpan retry = FirstRetry;
    private bool isUncertain;
    private bool isRead;

    private string Id => this.GetPrimaryKeyString();

    private IngestionRecord Record => stored.State;

    string IStoredEnvelope.Id => Id;

    IngestionRecord IStoredEnvelope.Record => Record;

    public async Task<AcceptOutcome> Accept(EnvelopeMessage envelope)
    {
        await ReadAgainIfUncertain();
        if (stored.RecordExists)
        {
            // The same bytes to the same addressee: stored before, counted once.
            if (Record.IsOpen)
                CompleteIn(Soon);
            if (Record.State is IngestionState.Stored or IngestionState.Quarantined)
                return AcceptOutcome.Again;
            return await ForLaterClaims(envelope) is { } later ? await Store(later, envelope.IsPromised) : AcceptOutcome.Again;
        }
        return await Store(await intake.Read(envelope, Id, null), envelope.IsPromised);
    }

    /// <summary>
    /// A copy of a counted envelope, restricted to domains claimed after it was counted (including domains removed and added again). Null if there are none. Counts of the other
    /// domains are not changed.
    /// </summary>
    private async Task<IngestionRecord?> ForLaterClaims(EnvelopeMessage envelope)
    {
        var read = await intake.Read(envelope, Id, Record.Dkim);
        ImmutableArray<PendingContribution> later = [.. read.Pending.Where(pending => !Record.Domains.Contains(pending.Domain) && !pending.Contribution.IsKeptOut)];
        return later.IsEmpty
            ? null
            : read with
            {
                Pending = later,
                Domains = Record.Domains.Union(read.Domains, StringComparer.Ordinal).ToImmutableArray(),
                LastDays = Record.LastDays.SetItems(read.LastDays),
                Replayed = true,
                IsFromKnown = Record.IsFromKnown,
                IsRawStored = Record.IsRawStored,
                DkimRetry = Record.DkimRetry,
            };
    }

    /// <summary>Stores the record, if its report address has room, and counts it soon.</summary>
    private async Task<AcceptOutcome> Store(IngestionRecord read, bool isPromised)
    {
        if (await intake.Admit(read, isPromised) is not { } record)
        {
            DeactivateOnIdle();
            return AcceptOutcome.Later;
        }
        try
        {
            await Write(record); // Durable before the response to the sender. After a crash the lane processes it.
        }
        finally
        {
            CompleteIn(Soon); // It may be stored although the sender gets an error.
        }
        return AcceptOutcome.New;
    }

    public async Task<IngestionOutcome?> Complete()
    {
        await ReadAgainIfUncertain();
        if (!stored.RecordExists)
            return null;
        await Finish();
        return Outcome();
    }

    public async Task<CommandResult<IngestionOutcome>> Replay(string workspaceId)
    {
        await ReadAgainIfUncertain();
        if (!stored.RecordExists || Record.Workspace != workspaceId)
        {
            await GrainFactory.Quarantine(workspaceId).Remove(Id); // The list may be outdated and still contain it.
            return new CommandResult<IngestionOutcome>(null, new Refusal(RefusalCodes.NotFound, "There is no such envelope in this workspace."));
        }
        if (Record.State == IngestionState.Quarantined || Record is { IsPartlyKept: true, State: not IngestionState.Stored, Decoded: null })
        {
            await Replay(Record.Dkim);
        }
        else
        {
            await GrainFactory.Quarantine(workspaceId).Remove(Id); // A crash may have left it in the list.
        }
        return new CommandResult<IngestionOutcome>(Outcome(), null);
    }

    public async Task<EnvelopeView?> Get(string workspaceId)
    {
        await ReadAgainIfUncertain();
        if (!stored.RecordExists || Record.Workspace != workspaceId)
            return null;
        return new EnvelopeView
        {
            Id = Id,
            Source = Record.Source,
            ReceivedAt = Record.ReceivedAt,
            Size = Record.Size ?? Record.Raw.Length,
            HasRaw = Record.Decoded is null,
            Peer = Record.Peer,
            FileName = Record.FileName,
            Outcome = Outcome(),
            AddressedTo = Record.Domain,
            Token = Record.Token,
            Dkim = Record.Dkim ?? DkimFinding.NotChecked,
            Code = Record.Kept()?.Code,
            ReportsJson = Record.Decoded is { } packed ? PackedReports.Read(packed) : await PackedReports.Of(Record.Raw, decoder),
        };
    }

    public async Task<IReadOnlyList<ScorecardContribution>> GetContributions(string workspaceId, string domain)
    {
        // Interleaves: uses the currently stored state.
        if ((stored.RecordExists && !Record.IsOpen ? Record : await storage.FindAsync(Id)) is not { } record || record.Workspace != workspaceId)
            return [];
        var attribution = new Attribution(record.ToEnvelope(), Id, new WorkspaceClaims(GrainFactory, workspaceId, record.Domain), record.Owners);
        var attributed = record.Decoded is { } packed
            ? PackedReports.Decode(packed) is { Count: > 0 } reports ? await attribution.Of(new DecodeResult.Decoded(reports, null), clock.LatestCalendar) : null
            : await decoder.Use(record.Raw, async result => result is DecodeResult.Decoded decoded ? await attribution.Of(decoded, clock.LatestCalendar) : null);
        return [.. (attributed?.Contributions ?? []).Where(pair => pair.Domain == domain).Select(pair => pair.Contribution)];
    }

    public async Task<byte[]?> GetRaw(string workspaceId)
    {
        await ReadAgainIfUncertain();
        return stored.RecordExists && Record.Workspace == workspaceId && Record.Decoded is null ? Record.Raw : null;
    }

    public async Task DropRaw(string workspaceId, DateOnly day)
    {
        await ReadAgainIfUncertain();
        if (Record.LastDays.Values.Any(last => last > day))
            return;
        if (!stored.RecordExists || Record.Workspace != workspaceId || Record.Decoded is not null || Record.State is IngestionState.Stored or IngestionState.Quarantined)
            return;
        if (Record.IsPartlyKept)
            await GrainFactory.Quarantine(workspaceId).Remove(Id); // Without its bytes it cannot be read again.
        await Write(Record with { Raw = [], DkimRetry = null, Unclaimed = [], Unread = [], UnreadCount = 0, Size = Record.Raw.Length, Decoded = PackedReports.Write(await PackedReports.Of(Record.Raw, decoder)) });
        DeactivateOnIdle();
    }

    public async Task Forget(string workspaceId, string? domain, DateOnly? day)
    {
        await ReadAgainIfUncertain();
        if (!stored.RecordExists || Record.Workspace != workspaceId)
        {
            await GrainFactory.Quarantine(workspaceId).Remove(Id); // The list may be outdated and still contain it.
            return;
        }
        if (domain is not null && Record.LastDays.TryGetValue(domain, out var last) && last > day)
            return;
        if (Record.State == IngestionState.Quarantined)
        {
            if (domain is null || Record.Domain == domain || Record.LastDays.ContainsKey(domain))
                await Delete();
            return;
        }
        var left = Record with
        {
            Domains = domain is null ? [] : Record.Domains.Remove(domain),
            Pending = domain is null ? [] : Record.Pending.RemoveAll(pending => pending.Domain == domain),
        };
        if (left.Domains.IsEmpty)
            await Delete();
        else if (left.Domains.Length != Record.Domains.Length)
            await Write(left);
    }

    public async Task Discard(string workspaceId)
    {
        await ReadAgainIfUncertain();
        if (!stored.RecordExists || Record.Workspace != workspaceId || Record.State != IngestionState.Quarantined)
            return;
        await Clear();
        DeactivateOnIdle();
    }

    public async Task CheckDkimAgain()
    {
        await ReadAgainIfUncertain();
        if (!stored.RecordExists || Record.DkimRetry is not { } retry || retry.Due > clock.GetUtcNow())
            return;
        var finding = await dkim.Of(Record.Raw, Record.Submitters, Record.SignedBy(clock));
        if (finding.Verdict == DkimVerdict.TemporaryError)
        {
            await Write(Record with { DkimRetry = retry.Next(clock.GetUtcNow()) });
            DeactivateOnIdle();
            return;
        }
        if (Record is { State: IngestionState.Quarantined, Code: QuarantineCodes.Unauthenticated or QuarantineCodes.Conflict })
        {
            await Replay(finding);
            return;
        }
        if (Record.State != IngestionState.Quarantined)
        {
            // Before the envelope's own write, which marks it as finished. A signed copy verifies the report counted from another envelope.
            if (finding.Verdict == DkimVerdict.Pass && await intake.Read(Record.ToEnvelope(), Id, finding) is { State: IngestionState.Stored } again)
            {
                await Task.WhenAll(again.Pending.Where(pending => Record.Domains.Contains(pending.Domain)).Select(pending => completion.Apply(Record.Workspace, pending)));
                await GrainFactory.Quarantine(Record.Workspace).Counted(Record.Contents);
            }
            foreach (var (domain, day) in await Entries())
                await GrainFactory.Scorecard(Record.Workspace, domain, day).SetDkim(Id, finding.Verdict, finding.SignedBy);
        }
        await Write(Record with { Dkim = finding, DkimRetry = null, Pending = [.. Record.Pending.Select(pending => pending with { Contribution = pending.Contribution with { Dkim = finding.Verdict, SignedBy = finding.SignedBy } })] });
        DeactivateOnIdle();
    }

    private async Task Replay(DkimFinding? finding)
    {
        var record = await intake.Read(Record.ToEnvelope(), Id, finding);
        await Write(record with { Replayed = true, IsFromKnown = Record.IsFromKnown, IsRawStored = Record.IsRawStored, DkimRetry = finding?.Verdict == DkimVerdict.TemporaryError ? Record.DkimRetry : null });
        await Finish();
    }

    /// <summary>The days whose scorecards may list it.</summary>
    private async Task<IEnumerable<(string Domain, DateOnly Day)>> Entries()
    {
        var days = await decoder.Use<DateOnly[]>(Record.Raw, result => result is DecodeResult.Decoded decoded ? [.. decoded.Reports.Select(report => report.Day).Distinct()] : []);
        return Record.Domains.SelectMany(domain => days.Select(day => (domain, day)));
    }

    /// <summary>Completes it. The receiving silo, or the delivery of a copy, may do the same concurrently: the slower one continues with the state that the other has stored.</summary>
    private async Task Finish()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await completion.Complete(this);
                break;
            }
            catch (InconsistentStateException) when (attempt < MaxTries)
            {
                await ReadAgainIfUncertain();
                if (!stored.RecordExists)
                    break;
            }
        }
        timer?.Dispose();
        timer = null;
        DeactivateOnIdle(); // Releases the memory of its bytes.
    }

    private Task Delete() => completion.Delete(this);

    private void CompleteIn(TimeSpan pause)
    {
        timer?.Dispose();
        timer = this.RegisterGrainTimer(Retry, new GrainTimerCreationOptions(pause, Timeout.InfiniteTimeSpan) { KeepAlive = true });
    }

    private async Task Retry(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAgainIfUncertain();
            if (stored.RecordExists)
                await Finish();
        }
        catch (Exception exception)
        {
            LogRetry(exception, Id, retry);
            CompleteIn(retry);
            retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }

    Task IStoredEnvelope.Write(IngestionRecord next) => Write(next);

    async Task IStoredEnvelope.Delete()
    {
        await Clear();
        timer?.Dispose();
        timer = null;
        DeactivateOnIdle();
    }

    private async Task Clear()
    {
        try
        {
            await stored.ClearStateAsync();
        }
        catch
        {
            isUncertain = true; // It may be deleted although the response was lost.
            throw;
        }
    }

    private Task Write(IngestionRecord record) => stored.Replace(record, () => isUncertain = true);

    /// <summary>Reads again after a write without response, and when the record is absent or open: a silo's intake may have stored or completed it since.</summary>
    private async Task ReadAgainIfUncertain()
    {
        if (isUncertain || (isRead && (!stored.RecordExists || Record.IsOpen)))
            await stored.ReadStateAsync();
        (isUncertain, isRead) = (false, true);
    }

    private IngestionOutcome Outcome() => new(Id, Record.State, Record.Mended, Record.Kept()?.Reason, Record.Domains);

    [LoggerMessage(1502, LogLevel.Warning, "Envelope {EnvelopeId} not counted; it is retried in {Pause}")]
    private partial void LogRetry(Exception exception, string envelopeId, TimeSpan pause);
}
