using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Domains;

/// <summary>
/// The shell around <see cref="DomainLifecycle"/>: load, decide, store once, carry out. Answers come from the snapshot of
/// what is stored, never from what is being written.
/// </summary>
internal sealed partial class DomainGrain(
    [PersistentState(StateNames.Domain, StateNames.Storage)] IPersistentState<DomainState> stored,
    DomainLifecycle lifecycle,
    DomainViews views,
    NamingOptions naming,
    HostingOptions options,
    ServiceClock clock,
    ILogger<DomainGrain> logger) : Grain, IDomainGrain, IRemindable
{
    private const string WatchReminder = "watch";
    private const string RetireReminder = "retire";

    /// <summary>Reminders only wake the grain; what is due stands in the state.</summary>
    private static readonly TimeSpan WakeUp = TimeSpan.FromMinutes(15);

    /// <summary>Between two wake-ups by the timer, should something stay due. Counted from the last one: from each event, events in quick succession would put it off for ever.</summary>
    private static readonly TimeSpan WakeApart = TimeSpan.FromSeconds(1);

    /// <summary>A check or effect that was handed out and never came back is handed out again after this.</summary>
    private static readonly TimeSpan HandedOutFor = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, (EffectKind Kind, DateTimeOffset At)> handedOut = [];
    private DomainState state = new();
    private RecordLanes? lanes;
    private ServedPolicy? served;
    private DateTimeOffset handedOutSince;
    private Task changing = Task.CompletedTask;
    private bool suspect;

    /// <summary>A version that was handed out though its successor stood in storage already: the write had not been answered.</summary>
    private (int Number, DateTimeOffset Until)? givenMeanwhile;
    private DateTimeOffset checkAskedAt = DateTimeOffset.MinValue;
    private DateTimeOffset wokenAt = DateTimeOffset.MinValue;
    private IGrainTimer? timer;

    private string Domain => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Show(stored.State);
        lanes = new RecordLanes(clock.GetUtcNow(), options);
        timer = this.RegisterGrainTimer(WakeAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { KeepAlive = true });
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
        // Known before it is shown: who copies it at once has a working address.
        var token = Claims.NewToken();
        await GrainFactory.ClaimToken(token).Set(workspaceId, Domain);
        var decision = await DecideAndStore(now => ReportAddresses.Renew(state, workspaceId, token, by, grace, now));
        if (decision.Refusal is not null)
            await GrainFactory.ClaimToken(token).Clear();
        return new(decision.Refusal is null ? View(workspaceId) : null, decision.Refusal);
    }

    public Task<CommandResult> RemoveClaim(string workspaceId, string by) => Decide(now => lifecycle.RemoveClaim(state, workspaceId, by, now));

    public Task<CommandResult<PolicyTaken>> PutPolicy(string workspaceId, PolicyContent policy, string by, string? reason, bool isOverridden) =>
        Take(now => lifecycle.PutPolicy(state, workspaceId, policy, by, reason, isOverridden, now));

    public Task<CommandResult<PolicyTaken>> CheckPolicy(string workspaceId, PolicyContent policy)
    {
        var (advice, refusal) = DomainLifecycle.CheckPolicy(state, workspaceId, policy, clock.GetUtcNow());
        return Task.FromResult(new CommandResult<PolicyTaken>(refusal is null ? new PolicyTaken(advice) : null, refusal));
    }

    public Task<CommandResult<PolicyTaken>> RestorePolicy(string workspaceId, int number, string by, bool isOverridden) =>
        Take(now => lifecycle.RestorePolicy(state, workspaceId, number, by, isOverridden, now));

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
        if (Claims.Of(state, workspaceId) is not null && state.LastObservation?.At + lifecycle.Options.CheckWhileWaiting <= clock.GetUtcNow())
            AskForCheck(clock.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task Observed(Observation observation)
    {
        checkAskedAt = DateTimeOffset.MinValue; // It came back: the next one need not wait for its loss.
        return Apply(now => lifecycle.Observe(state, observation, now));
    }

    public async Task EffectDone(string effectId, EffectOutcome outcome)
    {
        handedOut.Remove(effectId);
        if (outcome.Completed)
            lanes?.Leave(effectId, outcome.NotAfter); // A try that failed may have left something on its way.
        if (outcome.Problem is { } problem)
            LogEffectProblem(Domain, PendingEffects.Find(state, effectId)?.Kind, problem);
        var own = outcome with { CertificateExpiresAt = outcome.CertificateExpiresAt is { } date ? clock.FromCalendar(date) : null };
        await Apply(now => lifecycle.EffectDone(state, effectId, own, now));
        CarryOut(); // Even if nothing changed: another effect may have waited for this one to come back.
        await ForgetWhenOver();
    }

    public ValueTask<bool> IsWanted(string effectId) => ValueTask.FromResult(PendingEffects.Find(state, effectId) is not null);

    // Not until the moment that the gateway names, which is its silo's clock's: it was served until now at the latest.
    public Task ServedWhileCutOff(int number, DateTimeOffset until) => Apply(now => DomainLifecycle.ServedWhileCutOff(state, number, now));

    public async ValueTask<ServedPolicy?> GetServedPolicy()
    {
        // While a change of what is served is being written the old version is not given out any more: the retirement
        // clock counts from the moment of the decision.
        await changing;
        LeaveWhenUnknown();
        return served;
    }

    public ValueTask<ClaimView?> GetClaim(string workspaceId)
    {
        LeaveWhenUnknown();
        return ValueTask.FromResult(Claims.Of(state, workspaceId) is null ? null : new ClaimView(Domain, workspaceId, (state.LastMx ?? state.LastObservation?.Mx)?.Values ?? []));
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName == RetireReminder && state.Serving is not (ServingState.Retiring or ServingState.Removing))
            await Unregister(RetireReminder);
        else if (reminderName == WatchReminder && !stored.RecordExists)
            await Unregister(WatchReminder);
        else
            await Wake();
    }

    private Task WakeAsync(CancellationToken cancellationToken) => Wake();

    private async Task Wake()
    {
        wokenAt = clock.GetUtcNow();
        await Apply(now => lifecycle.Tick(state, now, handedOutSince));
        CarryOut();
        await ForgetWhenOver();
        Schedule();
    }

    private async Task<CommandResult> Decide(Func<DateTimeOffset, Decision> decide) => new((await DecideAndStore(decide)).Refusal);

    private async Task<CommandResult<PolicyTaken>> Take(Func<DateTimeOffset, Decision> decide)
    {
        var decision = await DecideAndStore(decide);
        return new(decision.Refusal is null ? new PolicyTaken(decision.Advice ?? []) : null, decision.Refusal);
    }

    private async Task<Decision> DecideAndStore(Func<DateTimeOffset, Decision> decide)
    {
        await Trust();
        var decision = decide(clock.GetUtcNow());
        if (decision.Refusal is null)
            await Store(decision.State);
        return decision;
    }

    private async Task Apply(Func<DateTimeOffset, DomainState> decide)
    {
        await Trust();
        await Store(decide(clock.GetUtcNow()));
    }

    private async Task Store(DomainState next)
    {
        if (!ReferenceEquals(next, state))
        {
            if (next.Serving == ServingState.Retiring && state.Serving != ServingState.Retiring)
                await this.RegisterOrUpdateReminder(RetireReminder, Jitter(), WakeUp);
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

    private async Task Trust()
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

    /// <summary>Hands due effects and checks to workers, which report back; nothing is awaited in the grain's turn.</summary>
    private void CarryOut()
    {
        var now = clock.GetUtcNow();
        foreach (var effect in state.Effects)
        {
            if (effect.DueAt > now || !MayHandOut(effect, now))
                continue;
            handedOut[effect.Id] = (effect.Kind, now);
            (effect.Record is null ? GrainFactory.Effects() : GrainFactory.RecordEffects()).CarryOut(Order(effect, now)).Ignore();
        }
        if (state.NextCheckAt <= now)
            AskForCheck(now);
    }

    private void AskForCheck(DateTimeOffset now)
    {
        if (now - checkAskedAt < HandedOutFor)
            return;
        checkAskedAt = now;
        GrainFactory.Probe().CheckInBackground(Domain).Ignore();
    }

    private bool MayHandOut(PendingEffect effect, DateTimeOffset now) => effect.Record is { } record
        ? lanes?.TryTake(record, effect.Id, now) == true
        : !IsOut(effect.Id, now) && !(effect.Kind == EffectKind.RemoveHostname && IsBeingEnsured(now));

    private bool IsOut(string effectId, DateTimeOffset now) => handedOut.TryGetValue(effectId, out var order) && now - order.At < HandedOutFor;

    /// <summary>A look at the provider that is still out could make the hostname again behind the removal's back.</summary>
    private bool IsBeingEnsured(DateTimeOffset now) => handedOut.Any(order => order.Value.Kind == EffectKind.EnsureHostname && now - order.Value.At < HandedOutFor);

    private EffectOrder Order(PendingEffect effect, DateTimeOffset now) => new()
    {
        Id = effect.Id,
        Kind = effect.Kind,
        Domain = Domain,
        WorkspaceId = effect.Workspace,
        Token = effect.Token,
        CnameTarget = Claims.Holder(state) is { } holder ? naming.CnameTarget(holder.Token) : null,
        Provider = state.Provider,
        Alerts = effect.Alerts,
        RecordName = effect.Record,
        RecordValue = effect.Value,
        RecordTtl = options.RecordTtl,
        NotAfter = effect.Record is null ? null : lanes!.NotAfter(now),
        DnsProvider = effect.Kind == EffectKind.RemoveRecord ? effect.Provider : null,
        IsReached = state.LastObservation?.Reach is { IsReached: true },
    };

    private void Schedule()
    {
        if (timer is null)
            return;
        var now = clock.GetUtcNow();
        var due = lifecycle.NextDueAt(state, now, handedOutSince);
        var wait = (due > wokenAt + WakeApart ? due : due is null ? null : wokenAt + WakeApart) - now;
        // What lies further ahead than the next reminder is the reminder's: the grain may sleep until then.
        if (wait is null || wait > WakeUp)
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        else
            timer.Change(wait > TimeSpan.Zero ? wait.Value : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task ForgetWhenOver()
    {
        if (!stored.RecordExists || !DomainLifecycle.IsOver(state, clock.GetUtcNow()))
            return;
        await Unregister(RetireReminder);
        await Unregister(WatchReminder);
        await stored.ClearStateAsync();
        Show(new DomainState());
    }

    /// <summary>A Host header or a report may name anything: nothing to keep in memory.</summary>
    private void LeaveWhenUnknown()
    {
        if (!stored.RecordExists)
            DeactivateOnIdle();
    }

    private async Task Unregister(string name)
    {
        if (await this.GetReminder(name) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    private DomainView? View(string workspaceId) =>
        Claims.Of(state, workspaceId) is { } claim ? DomainDates.ToCalendar(views.For(Domain, state, claim, clock.GetUtcNow(), handedOutSince), clock) : null;

    // Spread over the period by the name, the same after every restart.
    private TimeSpan Jitter() => TimeSpan.FromSeconds(60 + (StableHash.Of(Domain) % ((uint)WakeUp.TotalSeconds - 60)));

    [LoggerMessage(1301, LogLevel.Warning, "{Domain}: {Kind} did not complete: {Problem}")]
    private partial void LogEffectProblem(string domain, EffectKind? kind, string problem);
}
