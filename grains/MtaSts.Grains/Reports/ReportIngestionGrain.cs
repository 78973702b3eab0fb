using Microsoft.Extensions.Logging;
using MtaSts.Grains.Dkim;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

internal sealed partial class ReportIngestionGrain(
    [PersistentState(StateNames.Ingestion, StateNames.Storage)] IPersistentState<IngestionRecord> stored,
    EnvelopeDecoder decoder,
    DkimCheck dkim,
    TimeProvider clock,
    ILogger<ReportIngestionGrain> logger) : Grain, IReportIngestionGrain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private IGrainTimer? timer;
    private TimeSpan retry = FirstRetry;
    private bool suspect;

    private string Id => this.GetPrimaryKeyString();

    private IngestionRecord Record => stored.State;

    private IIngestionLaneGrain Lane => GrainFactory.IngestionLane((int)(StableHash.Of(Id) % IIngestionLaneGrain.Lanes));

    public async Task<bool> Accept(EnvelopeMessage envelope)
    {
        await Trust();
        if (stored.RecordExists)
        {
            // The same bytes to the same addressee: stored before, counted once. A crash may have come before its lane knew of it.
            if (Record.State is IngestionState.Stored or IngestionState.Quarantined)
            {
                await Lane.Add(Id);
                CarryOnIn(Soon);
            }
            return false;
        }
        var record = await Read(envelope, null);
        try
        {
            // Both are durable before the sender is told; a crash after this is picked up by the lane.
            await Task.WhenAll(Lane.Add(Id), Write(record));
        }
        finally
        {
            CarryOnIn(Soon); // It may be stored though its sender is told that it is not.
        }
        return true;
    }

    public async Task<IngestionOutcome?> Complete()
    {
        await Trust();
        if (!stored.RecordExists)
            return null;
        await Finish();
        return Outcome();
    }

    public async Task<CommandResult<IngestionOutcome>> Replay(string workspaceId)
    {
        await Trust();
        if (!stored.RecordExists || Record.Workspace != workspaceId)
        {
            await GrainFactory.Quarantine(workspaceId).Remove(Id); // A list that still has it is behind.
            return new CommandResult<IngestionOutcome>(null, new Refusal(RefusalCodes.NotFound, "There is no such envelope in this workspace."));
        }
        if (Record.State == IngestionState.Quarantined || Record is { Unclaimed.IsEmpty: false, State: not IngestionState.Stored, Decoded: null })
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
        await Trust();
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
            Code = Record.Code,
            ReportsJson = Record.Decoded is { } packed ? PackedReports.Read(packed) : await PackedReports.Of(Record.Raw, decoder),
        };
    }

    public async Task<IReadOnlyList<ScorecardContribution>> GetContributions(string workspaceId, string domain)
    {
        var record = Record; // Interleaves: what is stored now, whatever comes next.
        if (!stored.RecordExists || record.Workspace != workspaceId || record.State == IngestionState.Quarantined)
            return [];
        var attribution = new Attribution(record.ToEnvelope(), Id, new WorkspaceClaims(GrainFactory, workspaceId, record.Domain));
        var attributed = record.Decoded is { } packed
            ? PackedReports.Decode(packed) is { Count: > 0 } reports ? await attribution.Of(new DecodeResult.Decoded(reports, null), clock.GetUtcNow()) : null
            : await decoder.Use(record.Raw, async result => result is DecodeResult.Decoded decoded ? await attribution.Of(decoded, clock.GetUtcNow()) : null);
        return [.. (attributed?.Contributions ?? []).Where(pair => pair.Domain == domain).Select(pair => pair.Contribution)];
    }

    public async Task<byte[]?> GetRaw(string workspaceId)
    {
        await Trust();
        return stored.RecordExists && Record.Workspace == workspaceId && Record.Decoded is null ? Record.Raw : null;
    }

    public async Task DropRaw(string workspaceId, DateOnly day)
    {
        await Trust();
        if (Record.LastDays.Values.Any(last => last > day))
            return;
        if (!stored.RecordExists || Record.Workspace != workspaceId || Record.Decoded is not null || Record.State is IngestionState.Stored or IngestionState.Quarantined)
            return;
        if (!Record.Unclaimed.IsEmpty)
            await GrainFactory.Quarantine(workspaceId).Remove(Id); // Without its bytes it cannot be read again.
        await Write(Record with { Raw = [], Unclaimed = [], Size = Record.Raw.Length, Decoded = PackedReports.Write(await PackedReports.Of(Record.Raw, decoder)) });
        DeactivateOnIdle();
    }

    public async Task Forget(string workspaceId, string? domain, DateOnly? day)
    {
        await Trust();
        if (!stored.RecordExists || Record.Workspace != workspaceId)
        {
            await GrainFactory.Quarantine(workspaceId).Remove(Id); // A list that still has it is behind.
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
        await Trust();
        if (!stored.RecordExists || Record.Workspace != workspaceId || Record.State != IngestionState.Quarantined)
            return;
        await stored.ClearStateAsync();
        await Lane.Remove(Id);
        DeactivateOnIdle();
    }

    public async Task<bool> CheckDkimAgain()
    {
        await Trust();
        if (!stored.RecordExists || Record is not { Dkim.Verdict: DkimVerdict.TemporaryError, DkimDue: false, Decoded: null })
            return true;
        var finding = await dkim.Of(Record.Raw, Record.Submitters, Record.ReceivedAt);
        if (finding.Verdict == DkimVerdict.TemporaryError)
            return false;
        if (Record is { State: IngestionState.Quarantined, Code: QuarantineCodes.Unauthenticated })
        {
            await Replay(finding);
            return true;
        }
        if (Record.State != IngestionState.Quarantined)
        {
            // Before the envelope's own, which says that nothing is left to be done.
            foreach (var (domain, day) in await Entries())
                await GrainFactory.Scorecard(Record.Workspace, domain, day).SetDkim(Id, finding.Verdict, finding.SignedBy);
        }
        await Write(Record with { Dkim = finding, Pending = [.. Record.Pending.Select(pending => pending with { Contribution = pending.Contribution with { Dkim = finding.Verdict, SignedBy = finding.SignedBy } })] });
        DeactivateOnIdle();
        return true;
    }

    private async Task Replay(DkimFinding? finding)
    {
        var record = await Read(Record.ToEnvelope(), finding);
        await Task.WhenAll(Lane.Add(Id), Write(record with { Replayed = true }));
        await Finish();
    }

    private async Task<IngestionRecord> Read(EnvelopeMessage envelope, DkimFinding? earlier)
    {
        var countsUnauthenticated = await GrainFactory.Workspace(envelope.WorkspaceId).CountsUnauthenticated();
        return await new EnvelopeReading(envelope, Id, decoder, new WorkspaceClaims(GrainFactory, envelope.WorkspaceId, envelope.Domain), !countsUnauthenticated, earlier).Read(clock.GetUtcNow());
    }

    /// <summary>Looks at the signatures; what is decided by them is durable before anything is counted.</summary>
    private async Task Authenticate()
    {
        var finding = await dkim.Of(Record.Raw, Record.Submitters, Record.ReceivedAt);
        if (finding.Verdict == DkimVerdict.TemporaryError)
            await GrainFactory.DkimRetry((int)(StableHash.Of(Id) % IDkimRetryGrain.Lanes)).Add(Id);
        await Write(Record.State == IngestionState.Stored ? Record.Authenticated(finding) : Record with { Dkim = finding, DkimDue = false });
    }

    /// <summary>The days' scorecards that may list it.</summary>
    private async Task<IEnumerable<(string Domain, DateOnly Day)>> Entries()
    {
        var days = await decoder.Use<DateOnly[]>(Record.Raw, result => result is DecodeResult.Decoded decoded ? [.. decoded.Reports.Select(report => report.Day).Distinct()] : []);
        return Record.Domains.SelectMany(domain => days.Select(day => (domain, day)));
    }

    /// <summary>Applies what is pending and marks the end; may be repeated at any point.</summary>
    private async Task Finish()
    {
        if (Record.DkimDue)
            await Authenticate();
        if (Record.State == IngestionState.Stored)
        {
            var outcomes = await Task.WhenAll(Record.Pending.Select(Apply));
            if (outcomes.Length > 0 && outcomes.All(outcome => outcome == ApplyOutcome.NoClaim))
            {
                await Delete(); // The domain was given up meanwhile, and its reports with it.
                return;
            }
            await Write(Record.Applied(outcomes));
        }
        if (Record.State == IngestionState.Quarantined)
        {
            if (await GrainFactory.Workspace(Record.Workspace).Get() is null
                || (Record.Domain is { } domain && await GrainFactory.Domain(domain).GetClaim(Record.Workspace) is null))
            {
                await Delete(); // The workspace or the domain was given up meanwhile.
                return;
            }
            await GrainFactory.Quarantine(Record.Workspace).Put(Record.ToItem(Id));
        }
        else if (!Record.Unclaimed.IsEmpty)
        {
            await GrainFactory.Quarantine(Record.Workspace).Put(Record.ToItem(Id));
        }
        else if (Record.Replayed)
        {
            await GrainFactory.Quarantine(Record.Workspace).Remove(Id);
        }
        await Lane.Remove(Id);
        timer?.Dispose();
        timer = null;
        DeactivateOnIdle(); // Its bytes need no memory any more.
    }

    private async Task Delete()
    {
        if (Record.State == IngestionState.Quarantined)
            await GrainFactory.Quarantine(Record.Workspace).Remove(Id);
        await Lane.Remove(Id);
        timer?.Dispose();
        timer = null;
        await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    private Task<ApplyOutcome> Apply(PendingContribution pending) =>
        GrainFactory.Scorecard(Record.Workspace, pending.Domain, DateOnly.FromDateTime(pending.Contribution.Start.UtcDateTime)).Apply(pending.Contribution);

    private void CarryOnIn(TimeSpan pause)
    {
        timer?.Dispose();
        timer = this.RegisterGrainTimer(CarryOn, new GrainTimerCreationOptions(pause, Timeout.InfiniteTimeSpan) { KeepAlive = true });
    }

    private async Task CarryOn(CancellationToken cancellationToken)
    {
        try
        {
            await Trust();
            if (stored.RecordExists)
                await Finish();
        }
        catch (Exception exception)
        {
            LogRetry(exception, Id, retry);
            CarryOnIn(retry);
            retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }

    private Task Write(IngestionRecord record) => stored.Replace(record, () => suspect = true);

    private async Task Trust()
    {
        if (!suspect)
            return;
        await stored.ReadStateAsync();
        suspect = false;
    }

    private IngestionOutcome Outcome() => new(Id, Record.State, Record.Mended, Record.Reason, Record.Domains);

    [LoggerMessage(1502, LogLevel.Warning, "Envelope {EnvelopeId} is not counted yet; it is tried again in {Pause}")]
    private partial void LogRetry(Exception exception, string envelopeId, TimeSpan pause);
}
