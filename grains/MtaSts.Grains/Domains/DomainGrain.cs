using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Grain for <see cref="DomainLifecycle"/>: loads, decides, stores once, carries out. Results are based on the
/// stored state, never on a pending write.
/// </summary>
[GrainType("domain")]
internal sealed partial class DomainGrain(
    [PersistentState(StateNames.Domain, StateNames.Storage)] IPersistentState<DomainState> stored,
    DomainLifecycle lifecycle,
    DomainViews views,
    NamingOptions naming,
    HostingOptions options,
    OutboxDelivery outbox,
    ServiceClock clock,
    ILogger<DomainGrain> logger) : Grain, IDomainGrain, IRemindable
{
    private const string WatchReminder = "watch";
    private const string RetireReminder = "retire";

    /// <summary>Reminders only activate the grain; due work is in the state. Regular checks are hourly.</summary>
    private static readonly TimeSpan WakeUp = TimeSpan.FromHours(1);

    /// <summary>Work due later than this is left to a reminder: Orleans deactivates an idle grain after this time by default.</summary>
    private static readonly TimeSpan TimerReach = TimeSpan.FromMinutes(15);

    /// <summary>Interval between timer wake-ups while work is due. Counted from the last one: if counted from each event, frequent events would postpone it forever.</summary>
    private static readonly TimeSpan WakeApart = TimeSpan.FromSeconds(1);

    /// <summary>A check or order without a result is started again after this time.</summary>
    private static readonly TimeSpan HandedOutFor = TimeSpan.FromMinutes(2);

    /// <summary>Messages being delivered by this activation. None is delivered twice at once.</summary>
    private readonly HashSet<string> delivering = [];

    /// <summary>The last order for the hostname while its result is awaited.</summary>
    private (string Id, DateTimeOffset At)? hostnameOrder;
    private DomainState state = new();
    private RecordLanes? lanes;
    private ServedPolicy? served;
    private DateTimeOffset handedOutSince;
    private Task changing = Task.CompletedTask;
    private bool suspect;

    /// <summary>A version that was handed out although its successor was already stored: the write was not yet acknowledged.</summary>
    private (int Number, DateTimeOffset Until)? givenMeanwhile;
    private DateTimeOffset checkAskedAt = DateTimeOffset.MinValue;
    private DateTimeOffset wokenAt = DateTimeOffset.MinValue;
    private IGrainTimer? timer;

    private string Domain => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Show(stored.State);
        lanes = new RecordLanes(clock.GetUtcNow(), options);
        timer = this.RegisterGrainTimer(_ => Wake(), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        Schedule();
        return Task.CompletedTask;
    }

    public async Task<CommandResult<DomainView>> AddClaim(string workspaceId, string by)
    {
        var token = Claims.Of(state, workspaceId)?.Token;
        if (token is null)
        {
            token = Claims.NewToken();
            await GrainFactory.ClaimToken(token).Set(workspaceId, Domain);
            if (state.Claims.IsEmpty)
                await this.RegisterOrUpdateReminder(WatchReminder, Jitter(), WakeUp);
        }
        var decision = DomainLifecycle.AddClaim(state, workspaceId, token, clock.GetUtcNow());
        if (decision.Refusal is null)
            await Store(decision.State);
        return new(decision.Refusal is null ? View(workspaceId) : null, decision.Refusal);
    }

    public async Task<CommandResult<DomainView>> RenewReportAddress(string workspaceId, string by, TimeSpan grace)
    {
        if (grace < ReportAddressGrace.Shortest || grace > ReportAddressGrace.Longest)
            return new(null, new Refusal(RefusalCodes.Invalid, $"graceDays must be between 0 and {ReportAddressGrace.Longest.TotalDays:0}.", "graceDays"));
        if (Claims.Of(state, workspaceId) is null)
            return new(null, new Refusal(RefusalCodes.NotFound, "This workspace has no claim on the domain."));
        // Registered before it is shown, so that the address works immediately.
        var token = Claims.NewToken();
        await GrainFactory.ClaimToken(token).Set(workspaceId, Domain);
        var decision = await DecideAndStore(now => ReportAddresses.Renew(state, workspaceId, token, by, grace, now));
        if (decision.Refusal is not null)
            await GrainFactory.ClaimToken(token).Clear();
        return new(decision.Refusal is null ? View(workspaceId) : null, decision.Refusal);
    }

    public Task<CommandResult> RemoveClaim(string workspaceId, string by) => Decide(now => lifecycle.RemoveClaim(state, workspaceId, by, now));

    public Task<CommandResult<PolicyTaken>> PutPolicy(string workspaceId, PolicyContent policy, string by, string? reason, bool isOverridden, PolicyAdvice? further = null) =>
        Take(now => lifecycle.PutPolicy(state, workspaceId, policy, by, reason, isOverridden, now, further));

    public Task<CommandResult<PolicyTaken>> CheckPolicy(string workspaceId, PolicyContent policy)
    {
        var (advice, refusal) = lifecycle.CheckPolicy(state, workspaceId, policy, clock.GetUtcNow());
        return Task.FromResult(new CommandResult<PolicyTaken>(refusal is null ? new PolicyTaken(advice) : null, refusal));
    }

    public Task<CommandResult<PolicyTaken>> RestorePolicy(string workspaceId, int number, string by, bool isOverridden, string? reason = null, PolicyAdvice? further = null) =>
        Take(now => lifecycle.RestorePolicy(state, workspaceId, number, by, isOverridden, now, reason, further));

    public async Task<CommandResult<RolloutView>> SetRollout(string workspaceId, RolloutChoice choice, string by)
    {
        var decision = await DecideAndStore(now => lifecycle.SetRollout(state, workspaceId, choice, by, now));
        return decision.Refusal is { } refusal ? new(null, refusal) : new(DomainDates.ToCalendar(DomainViews.Rollout(state, Claims.Of(state, workspaceId)!), clock), null);
    }

    public Task RolloutJudged(string workspaceId, RolloutFacts facts) => Apply(now => lifecycle.RolloutJudged(state, workspaceId, facts, now));

    public Task<CommandResult> EnableHosting(string workspaceId, string by, bool isOverridden) =>
        Decide(now => lifecycle.EnableHosting(state, workspaceId, by, isOverridden, now));

    public Task<CommandResult> DisableHosting(string workspaceId, string by) => Decide(now => lifecycle.DisableHosting(state, workspaceId, by, now));

    public Task<DomainView?> GetView(string workspaceId) => Task.FromResult(View(workspaceId));

    public Task<IReadOnlyList<RecordView>?> GetRecords(string workspaceId) =>
        Task.FromResult(Claims.Of(state, workspaceId) is { } claim ? RecordChecks.All(Domain, state, claim, naming) : null);

    public Task<IReadOnlyList<PolicyVersionView>?> GetVersions(string workspaceId) =>
        Task.FromResult(Claims.Of(state, workspaceId) is { } claim ? DomainDates.ToCalendar(DomainViews.Versions(state, claim), clock) : null);

    public ValueTask<IReadOnlyList<string>> GetHostedTokens() =>
        ValueTask.FromResult<IReadOnlyList<string>>([.. state.Claims.Where(claim => claim.HostingWanted || (claim.Workspace == state.Holder && state.Serving != ServingState.Off)).Select(claim => claim.Token)]);

    public Task PageIsOpen(string workspaceId)
    {
        if (Claims.Of(state, workspaceId) is null)
            return Task.CompletedTask;
        var now = clock.GetUtcNow();
        if (state.LastObservation?.At + options.CheckWhileWaiting <= now)
            AskForCheck(now);
        if (options.ProbeMx && state.MxWatch?.Last?.At + options.CheckWhileFailing <= now)
            AskForMx(now, isAwaited: true);
        return Task.CompletedTask;
    }

    public async Task Observed(Observation observation)
    {
        checkAskedAt = DateTimeOffset.MinValue; // The result arrived: the next check need not wait for the timeout.
        await Apply(now => lifecycle.Observe(state, observation, now));
        foreach (var claim in state.Claims.Where(claim => !claim.Leaving))
            GrainFactory.ReportWatch(claim.Workspace, Domain).Look(ReportFacts.Of(state, claim, clock.ToCalendar)).Ignore();
        if (Claims.Holder(state) is { } holder && Rollout.IsToJudge(state, holder))
            GrainFactory.Rollout().Judge(Domain, holder.Workspace).Ignore();
    }

    public Task Delivered(string messageId, bool isDone) => Report(now => lifecycle.Delivered(state, messageId, isDone, now));

    public Task Reconciled(string orderId, ReconcileResult result)
    {
        if (hostnameOrder?.Id == orderId)
            hostnameOrder = null;
        if (result is RecordResult record)
            lanes?.Leave(orderId, record.NotAfter); // A failed attempt may still have a pending request.
        if (result.Problem is { } problem)
            LogNotReconciled(Domain, state.Hostname?.Id == orderId ? "hostname" : "record", problem);
        if (result is HostnameResult { CertificateExpiresAt: { } date } live)
            result = live with { CertificateExpiresAt = clock.FromCalendar(date) };
        return Report(now => lifecycle.Reconciled(state, orderId, result, now));
    }

    public ValueTask<bool> IsWanted(string orderId) => ValueTask.FromResult(state.Hostname?.Id == orderId || state.Records.Any(record => record.Id == orderId));

    // Ignores the gateway's time, which is from another silo's clock: the version was served until now at the latest.
    public Task ServedWhileCutOff(int number, DateTimeOffset until) => Apply(now => DomainLifecycle.ServedWhileCutOff(state, number, now));

    public async ValueTask<ServedPolicy?> GetServedPolicy()
    {
        // While a change of the served policy is being written, the old version is no longer handed out: the retirement
        // clock starts at the time of the decision.
        await changing;
        LeaveWhenUnknown();
        return served;
    }

    public ValueTask<ClaimView?> GetClaim(string workspaceId)
    {
        LeaveWhenUnknown();
        return ValueTask.FromResult(Claims.Of(state, workspaceId) is null ? null : new ClaimView(Domain, workspaceId, state.LastMx?.Values ?? []));
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName == RetireReminder && state.Serving is not (ServingState.Retiring or ServingState.Removing))
            await this.RemoveReminder(RetireReminder);
        else if (reminderName == WatchReminder && !stored.RecordExists)
            await this.RemoveReminder(WatchReminder);
        else
            await Wake();
    }

    private async Task Wake()
    {
        wokenAt = clock.GetUtcNow();
        await Report(now => lifecycle.Tick(state, now, handedOutSince));
        Schedule();
    }

    private async Task Report(Func<DateTimeOffset, DomainState> decide)
    {
        await Apply(decide);
        CarryOut(); // Even if nothing changed: other work may have waited for this result.
        await ForgetWhenOver();
    }

    private async Task<CommandResult> Decide(Func<DateTimeOffset, Decision> decide) => new((await DecideAndStore(decide)).Refusal);

    private async Task<CommandResult<PolicyTaken>> Take(Func<DateTimeOffset, Decision> decide)
    {
        var decision = await DecideAndStore(decide);
        return new(decision.Refusal is null ? new PolicyTaken(decision.Advice ?? []) : null, decision.Refusal);
    }

    private async Task<Decision> DecideAndStore(Func<DateTimeOffset, Decision> decide)
    {
        await ReadAgainIfUncertain();
        var decision = decide(clock.GetUtcNow());
        if (decision.Refusal is null)
            await Store(decision.State);
        return decision;
    }

    private async Task Apply(Func<DateTimeOffset, DomainState> decide)
    {
        await ReadAgainIfUncertain();
        await Store(decide(clock.GetUtcNow()));
    }

    private async Task Store(DomainState next)
    {
        if (!ReferenceEquals(next, state))
        {
            var now = clock.GetUtcNow();
            if (lifecycle.RetirementEnd(next, now) is { } end && end != lifecycle.RetirementEnd(state, now))
                await this.RegisterOrUpdateReminder(RetireReminder, end > now ? end - now : TimeSpan.Zero, WakeUp);
            var write = Write(next);
            if (PolicyVersions.Current(next)?.Number != PolicyVersions.Current(state)?.Number)
                changing = write.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Current);
            await write;
            CarryOut();
        }
        Schedule();
    }

    private async Task Write(DomainState next)
    {
        await stored.Replace(next, () => suspect = true);
        Show(next);
    }

    private async Task ReadAgainIfUncertain()
    {
        if (!suspect)
            return;
        var given = served?.Number;
        await stored.ReadStateAsync();
        suspect = false;
        Show(stored.State);
        if (given is { } number && number != served?.Number)
            givenMeanwhile = (number, clock.GetUtcNow());
        if (givenMeanwhile is { } late)
            await Store(DomainLifecycle.ServedWhileCutOff(state, late.Number, late.Until));
        givenMeanwhile = null;
    }

    private void Show(DomainState shown)
    {
        var before = served?.Number;
        state = shown;
        var current = PolicyVersions.Current(shown);
        if (current?.Number == before && before is not null)
            return;
        served = current is null ? null : new ServedPolicy(current.Number, current.Id, PolicyVersions.Body(current.Content));
        handedOutSince = clock.GetUtcNow();
    }

    /// <summary>Starts due work and checks, whose results are reported later; nothing is awaited in the grain's turn.</summary>
    private void CarryOut()
    {
        var now = clock.GetUtcNow();
        foreach (var message in state.Outbox.Where(message => message.DueAt <= now && delivering.Add(message.Id)))
            Deliver(message).Ignore();
        // One order at a time: a running one could create the hostname again after its removal.
        if (state.Hostname is { } hostname && hostname.DueAt <= now && !(now - hostnameOrder?.At < HandedOutFor))
        {
            hostnameOrder = (hostname.Id, now);
            GrainFactory.HostnameReconciler().Reconcile(Order(hostname)).Ignore();
        }
        foreach (var record in state.Records.Where(record => record.DueAt <= now && lanes?.TryTake(record.Name, record.Id, now) == true))
            GrainFactory.RecordReconciler().Reconcile(Order(record, now)).Ignore();
        if (state.NextCheckAt <= now)
            AskForCheck(now);
        if (MxWatch.DueAt(state, options) <= now)
            AskForMx(now, isAwaited: false);
    }

    private async Task Deliver(OutboxMessage message)
    {
        try
        {
            // The result is reported in a turn of its own. If this fails, the message is delivered again.
            await this.AsReference<IDomainGrain>().Delivered(message.Id, await outbox.Deliver(Domain, message));
        }
        finally
        {
            delivering.Remove(message.Id);
        }
    }

    private void AskForCheck(DateTimeOffset now)
    {
        if (now - checkAskedAt < HandedOutFor)
            return;
        checkAskedAt = now;
        GrainFactory.Probe().CheckInBackground(Domain).Ignore();
    }

    private HostnameOrder Order(DesiredHostname hostname) => new(
        Domain, hostname.Id, hostname.Provider, hostname.Exists, Claims.Holder(state) is { } holder ? naming.CnameTarget(holder.Token) : "", state.LastObservation?.Reach is { IsReached: true });

    private RecordOrder Order(DesiredRecord record, DateTimeOffset now) =>
        new(Domain, record.Id, record.Value is null ? record.Provider : null, record.Name, record.Value, options.RecordTtl, lanes!.NotAfter(now));

    private void Schedule()
    {
        if (timer is null)
            return;
        var now = clock.GetUtcNow();
        var due = lifecycle.NextDueAt(state, now, handedOutSince);
        var wait = (due > wokenAt + WakeApart ? due : due is null ? null : wokenAt + WakeApart) - now;
        if (wait is null || wait > TimerReach)
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        else
            timer.Change(wait > TimeSpan.Zero ? wait.Value : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task ForgetWhenOver()
    {
        if (!stored.RecordExists || !DomainLifecycle.IsOver(state, clock.GetUtcNow()))
            return;
        await this.RemoveReminder(RetireReminder);
        await this.RemoveReminder(WatchReminder);
        await stored.ClearStateAsync();
        Show(new DomainState());
    }

    /// <summary>Unknown names from Host headers or reports are not kept in memory.</summary>
    private void LeaveWhenUnknown()
    {
        if (!stored.RecordExists)
            DeactivateOnIdle();
    }

    private DomainView? View(string workspaceId) =>
        Claims.Of(state, workspaceId) is { } claim ? DomainDates.ToCalendar(views.For(Domain, state, claim, clock.GetUtcNow(), handedOutSince), clock) : null;

    // Spread over the period by a hash of the name, stable across restarts.
    private TimeSpan Jitter() => TimeSpan.FromSeconds(60 + (StableHash.Of(Domain) % ((uint)WakeUp.TotalSeconds - 60)));

    [LoggerMessage(1301, LogLevel.Warning, "{Domain}: the {Target} could not be brought to its desired state ({Problem}); it is retried")]
    private partial void LogNotReconciled(string domain, string target, string problem);
}
