using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Dkim;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

internal sealed partial class ReportIngestionGrain(
    [PersistentState(StateNames.Ingestion, StateNames.Storage)] IPersistentState<IngestionRecord> stored,
    EnvelopeDecoder decoder,
    DkimCheck dkim,
    ServiceClock clock,
    ILogger<ReportIngestionGrain> logger) : Grain, IReportIngestionGrain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    /// <summary>Contributions on their way at once.</summary>
    private const int AppliedAtOnce = 50;

    private IGrainTimer? timer;
    private TimeSpan retry = FirstRetry;
    private bool suspect;

    private string Id => this.GetPrimaryKeyString();

    private IngestionRecord Record => stored.State;

    private IIngestionLaneGrain Lane => GrainFactory.IngestionLane((int)(StableHash.Of(Id) % IIngestionLaneGrain.Lanes));

    public async Task<AcceptOutcome> Accept(EnvelopeMessage envelope)
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
            return AcceptOutcome.Again;
        }
        if (await Admit(await Read(envelope, null), envelope.IsPromised) is not { } record)
        {
            DeactivateOnIdle();
            return AcceptOutcome.Later;
        }
        try
        {
            // Both are durable before the sender is told; a crash after this is picked up by the lane.
            await Task.WhenAll(Lane.Add(Id), Write(record));
        }
        finally
        {
            CarryOnIn(Soon); // It may be stored though its sender is told that it is not.
        }
        return AcceptOutcome.New;
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
            Code = Record.Kept()?.Code,
            ReportsJson = Record.Decoded is { } packed ? PackedReports.Read(packed) : await PackedReports.Of(Record.Raw, decoder),
        };
    }

    public async Task<IReadOnlyList<ScorecardContribution>> GetContributions(string workspaceId, string domain)
    {
        var record = Record; // Interleaves: what is stored now, whatever comes next.
        if (!stored.RecordExists || record.Workspace != workspaceId)
            return [];
        var attribution = new Attribution(record.ToEnvelope(), Id, new WorkspaceClaims(GrainFactory, workspaceId, record.Domain), record.Owners);
        var attributed = record.Decoded is { } packed
            ? PackedReports.Decode(packed) is { Count: > 0 } reports ? await attribution.Of(new DecodeResult.Decoded(reports, null), clock.LatestCalendar) : null
            : await decoder.Use(record.Raw, async result => result is DecodeResult.Decoded decoded ? await attribution.Of(decoded, clock.LatestCalendar) : null);
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
        if (Record.IsPartlyKept)
            await GrainFactory.Quarantine(workspaceId).Remove(Id); // Without its bytes it cannot be read again.
        await Write(Record with { Raw = [], Unclaimed = [], Unread = [], UnreadCount = 0, Size = Record.Raw.Length, Decoded = PackedReports.Write(await PackedReports.Of(Record.Raw, decoder)) });
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
        var finding = await dkim.Of(Record.Raw, Record.Submitters, SignedBefore(Record));
        if (finding.Verdict == DkimVerdict.TemporaryError)
            return false;
        if (Record is { State: IngestionState.Quarantined, Code: QuarantineCodes.Unauthenticated or QuarantineCodes.Conflict })
        {
            await Replay(finding);
            return true;
        }
        if (Record.State != IngestionState.Quarantined)
        {
            // Before the envelope's own, which says that nothing is left to be done. A copy of what was counted from elsewhere vouches for that.
            if (finding.Verdict == DkimVerdict.Pass && await Read(Record.ToEnvelope(), finding) is { State: IngestionState.Stored } again)
            {
                await Task.WhenAll(again.Pending.Where(pending => Record.Domains.Contains(pending.Domain)).Select(Apply));
                await GrainFactory.Quarantine(Record.Workspace).Counted(Record.Contents);
            }
            foreach (var (domain, day) in await Entries())
                await GrainFactory.Scorecard(Record.Workspace, domain, day).SetDkim(Id, finding.Verdict, finding.SignedBy);
        }
        await Write(Record with { Dkim = finding, Pending = [.. Record.Pending.Select(pending => pending with { Contribution = pending.Contribution with { Dkim = finding.Verdict, SignedBy = finding.SignedBy } })] });
        DeactivateOnIdle();
        return true;
    }

    /// <summary>The record with what it was charged to; null when its report address has no room for it.</summary>
    private async Task<IngestionRecord?> Admit(IngestionRecord record, bool isPromised)
    {
        if (record.Domain is not { } domain)
            return record; // A member's upload.
        var share = GrainFactory.ReportShare(record.Workspace, domain);
        var charge = await share.Take(record.ToIntakeRequest(isPromised));
        if (charge == IntakeCharge.None && record is { State: IngestionState.Stored, DkimDue: true })
        {
            // Signed mail has a share of its own. Its signature is looked at before it is stored, as anybody can write one.
            if (await dkim.OfAwaited(record.Raw, record.Submitters, SignedBefore(record)) is not { Verdict: DkimVerdict.Pass } finding)
                return null;
            record = record.Authenticated(finding);
            charge = await share.Take(record.ToIntakeRequest(isPromised));
        }
        return charge == IntakeCharge.None ? null : record with { Charge = charge, IsFromKnown = charge == IntakeCharge.Reporter };
    }

    private async Task Replay(DkimFinding? finding)
    {
        var record = await Read(Record.ToEnvelope(), finding);
        await Task.WhenAll(Lane.Add(Id), Write(record with { Replayed = true, IsFromKnown = Record.IsFromKnown }));
        await Finish();
    }

    private async Task<IngestionRecord> Read(EnvelopeMessage envelope, DkimFinding? earlier)
    {
        var countsUnauthenticated = await GrainFactory.Workspace(envelope.WorkspaceId).CountsUnauthenticated();
        return await new EnvelopeReading(envelope, Id, decoder, new WorkspaceClaims(GrainFactory, envelope.WorkspaceId, envelope.Domain), !countsUnauthenticated, earlier).Read(clock.LatestCalendar);
    }

    /// <summary>Looks at the signatures; what is decided by them is durable before anything is counted.</summary>
    private async Task Authenticate()
    {
        var finding = await dkim.Of(Record.Raw, Record.Submitters, SignedBefore(Record));
        if (finding.Verdict == DkimVerdict.TemporaryError)
            await GrainFactory.DkimRetry((int)(StableHash.Of(Id) % IDkimRetryGrain.Lanes)).Add(Id);
        await Write(Record.State == IngestionState.Stored ? Record.Authenticated(finding) : Record with { Dkim = finding, DkimDue = false });
    }

    /// <summary>When it came, for the expiry of its signatures: no later than now, should the system clock have been ahead at that moment.</summary>
    private DateTimeOffset SignedBefore(IngestionRecord record) => clock.EarliestCalendar is var now && now < record.ReceivedAt ? now : record.ReceivedAt;

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
            // A delivery may hold a thousand reports.
            var outcomes = new List<ApplyOutcome>(Record.Pending.Length);
            foreach (var batch in Record.Pending.Chunk(AppliedAtOnce))
                outcomes.AddRange(await Task.WhenAll(batch.Select(Apply)));
            if (outcomes.Count > 0 && outcomes.All(outcome => outcome == ApplyOutcome.NoClaim))
            {
                await Delete(); // The domain was given up meanwhile, and its reports with it.
                return;
            }
            await Settle(outcomes);
            await Write(Record.Applied(outcomes) with { Charge = IntakeCharge.None });
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
        else if (Record.IsPartlyKept)
        {
            await GrainFactory.Quarantine(Record.Workspace).Put(Record.ToItem(Id));
        }
        else if (Record.Replayed)
        {
            await GrainFactory.Quarantine(Record.Workspace).Remove(Id);
        }
        if (Record is { State: IngestionState.Counted or IngestionState.Duplicate, Contents.IsEmpty: false })
            await GrainFactory.Quarantine(Record.Workspace).Counted(Record.Contents);
        await Lane.Remove(Id);
        timer?.Dispose();
        timer = null;
        DeactivateOnIdle(); // Its bytes need no memory any more.
    }

    /// <summary>The shares are an estimate: what cannot be told them is let be.</summary>
    private async Task Settle(IReadOnlyList<ApplyOutcome> outcomes)
    {
        if (Record is not { Domain: { } domain, Charge: not IntakeCharge.None })
            return;
        try
        {
            await GrainFactory.ReportShare(Record.Workspace, domain).Settle(Record.ToSettlement(outcomes));
        }
        catch (Exception exception)
        {
            LogNotSettled(exception, Id);
        }
    }

    private async Task Delete()
    {
        if (Record.Kept() is not null)
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

    private IngestionOutcome Outcome() => new(Id, Record.State, Record.Mended, Record.Kept()?.Reason, Record.Domains);

    [LoggerMessage(1509, LogLevel.Warning, "The share of the report address of envelope {EnvelopeId} was not settled; it stays charged as it was")]
    private partial void LogNotSettled(Exception exception, string envelopeId);

    [LoggerMessage(1502, LogLevel.Warning, "Envelope {EnvelopeId} is not counted yet; it is tried again in {Pause}")]
    private partial void LogRetry(Exception exception, string envelopeId, TimeSpan pause);
}
