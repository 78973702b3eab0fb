using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Reports;

namespace MtaSts.Grains.Notifications;

/// <summary>Grain for the rules of this folder. Concurrent calls share one write; sending is in the other part of this class.</summary>
[GrainType("notifications")]
internal sealed partial class NotificationsGrain(
    [PersistentState(StateNames.Notifications, StateNames.Storage)] IPersistentState<NotificationsState> stored,
    INotifiers notifiers,
    INoticeWriter writer,
    IDigestReader digests,
    IChannelSecrets secrets,
    ServiceClock clock,
    ILogger<NotificationsGrain> logger) : Grain, INotificationsGrain, IRemindable, IDisposable
{
    private const int IdBytes = 10;

    private GroupCommit<NotificationsState> commit = null!;

    private string Workspace => this.GetPrimaryKeyString()["nt-".Length..];

    private NotificationsState State => commit.Committed;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<NotificationsState>(stored);
        PumpSoon();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        isStopped = true; // Another activation may send from now on.
        return Task.CompletedTask;
    }

    public void Dispose() => reminders.Dispose();

    public async Task SetAlerts(string domain, long revision, IReadOnlyList<AlertView> alerts)
    {
        if (commit.Pending.Channels.IsEmpty)
            return;
        await Store(state => AlertWatch.Set(state, domain, revision, alerts, writer.SeverityOf, clock.Calendar));
    }

    public async Task<CommandResult<ChannelRecord>> Create(ChannelContent content, ChannelValues values, string by)
    {
        if (commit.Pending.Channels.Count >= INotificationsGrain.MaxChannels)
            return ChannelRules.TooMany;
        var id = "ch-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        await RemindOfDigests();
        await Store(state => state.Channels.Count >= INotificationsGrain.MaxChannels ? state : ChannelRules.Create(state, id, content, values, by, clock.Calendar));
        if (!State.Channels.TryGetValue(id, out var channel))
            return ChannelRules.TooMany;
        // From here on changes are followed. What is open already is loaded afterwards, so that nothing is missed in between.
        if (State.Channels.Count == 1)
        {
            var open = await GrainFactory.WorkspaceAlerts(Workspace).List();
            await Store(state => AlertWatch.Load(state, open, writer.SeverityOf, clock.Calendar));
        }
        return View(channel);
    }

    public Task<CommandResult<ChannelRecord>> Change(string id, ChannelContent content, ChannelValues values) => Update(id, state => ChannelRules.Change(state, id, content, values, clock.Calendar));

    public Task<CommandResult<ChannelRecord>> Resume(string id) => Update(id, state => ChannelRules.Resume(state, id, clock.Calendar));

    public async Task<CommandResult> Delete(string id)
    {
        if (!commit.Pending.Channels.ContainsKey(id))
            return new CommandResult(ChannelRules.NoChannel);
        await Store(state => ChannelRules.Delete(state, id, clock.Calendar));
        return CommandResult.Done;
    }

    public async Task<CommandResult<NoticeContent>> BeginTest(string id)
    {
        if (!commit.Pending.Channels.ContainsKey(id))
            return ChannelRules.NoChannel;
        if (ChannelRules.BeginTest(commit.Pending, id, clock.Calendar, out var test) is not { } next)
            return new Refusal(RefusalCodes.LimitReached, $"The channels of a workspace are tested at most {INotificationsGrain.MaxTestsPerHour} times an hour. Test again later.");
        await commit.Apply(next);
        return test;
    }

    public Task EndTest(string id, NoticeContent test, NoticeOutcome outcome, string answer) => Store(state => ChannelRules.EndTest(state, id, test, outcome, answer, clock.Calendar));

    public Task<IReadOnlyList<ChannelRecord>> List() =>
        Task.FromResult<IReadOnlyList<ChannelRecord>>([.. State.Channels.Values.OrderBy(channel => channel.Content.Name, StringComparer.OrdinalIgnoreCase).ThenBy(channel => channel.Id, StringComparer.Ordinal).Select(View)]);

    public Task<ChannelRecord?> Find(string id) => Task.FromResult(State.Channels.TryGetValue(id, out var channel) ? View(channel) : null);

    public Task<IReadOnlyList<NoticeRecord>> Log(string? channel) => Task.FromResult<IReadOnlyList<NoticeRecord>>(
    [
        .. State.Notices.Values.Where(notice => channel is null || notice.Channel == channel)
            .OrderByDescending(notice => notice.Content.CreatedAt).ThenByDescending(notice => notice.Content.Id, StringComparer.Ordinal).Select(notice => notice.ToRecord()),
    ]);

    public async Task Erase()
    {
        await commit.Flush();
        await this.RemoveReminder(OutboxReminder);
        await this.RemoveReminder(DigestReminder);
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        commit = new GroupCommit<NotificationsState>(stored); // Attempts that still run find no channel.
        DeactivateOnIdle();
    }

    private async Task<CommandResult<ChannelRecord>> Update(string id, Func<NotificationsState, NotificationsState> change)
    {
        if (!commit.Pending.Channels.ContainsKey(id))
            return ChannelRules.NoChannel;
        await RemindOfDigests();
        await Store(state => state.Channels.ContainsKey(id) ? change(state) : state);
        return State.Channels.TryGetValue(id, out var channel) ? View(channel) : ChannelRules.NoChannel;
    }

    /// <summary>Stores a change, after the reminder that carries on with it after a crash, and sends what follows.</summary>
    private async Task Store(Func<NotificationsState, NotificationsState> change)
    {
        changing++;
        try
        {
            if (HasWork(change(commit.Pending)))
                await RemindOfOutbox();
            var next = change(commit.Pending); // Other calls may have changed it meanwhile.
            await (ReferenceEquals(next, commit.Pending) ? commit.Flush() : commit.Apply(next));
        }
        finally
        {
            changing--;
        }
        PumpSoon();
    }

    private ChannelRecord View(StoredChannel channel) => new()
    {
        Id = channel.Id,
        Content = channel.Content,
        Values = channel.Values,
        CreatedAt = channel.CreatedAt,
        CreatedBy = channel.CreatedBy,
        Pause = channel.Pause,
        Waiting = State.WaitingOf(channel.Id).Count(),
    };

    [LoggerMessage(1391, LogLevel.Warning, "Notices of {Workspace}: the outbox could not be continued; it is retried in {Seconds} s")]
    private partial void LogFailed(Exception exception, string workspace, double seconds);

    [LoggerMessage(1392, LogLevel.Warning, "Notices of {Workspace}: channel {Channel} was paused")]
    private partial void LogPaused(string workspace, string channel);
}
