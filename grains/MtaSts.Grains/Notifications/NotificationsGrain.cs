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

    public async Task<CommandResult<ChannelRecord>> Create(ChannelContent content, ChannelValues values, string? recipient, string by)
    {
        if (commit.Pending.Channels.Count >= INotificationsGrain.MaxChannels)
            return ChannelRules.TooMany;
        if (RecipientRules.Problem(commit.Pending, recipient, clock.Calendar) is { } problem)
            return problem;
        var id = "ch-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var request = await Request(recipient, by);
        await Store(state => state.Channels.Count >= INotificationsGrain.MaxChannels ? state : ChannelRules.Create(state, id, new ChannelDraft(content, values, recipient), request, by, clock.Calendar));
        if (!State.Channels.TryGetValue(id, out var channel))
            return ChannelRules.TooMany;
        await LoadOpen();
        return View(channel);
    }

    public async Task<CommandResult<ChannelRecord>> Change(string id, ChannelContent content, ChannelValues values, string? recipient, string by)
    {
        if (RecipientRules.Problem(commit.Pending, recipient, clock.Calendar) is { } problem)
            return problem;
        var request = await Request(recipient, by);
        return await Update(id, state => ChannelRules.Change(state, id, new ChannelDraft(content, values, recipient), request, clock.Calendar));
    }

    public async Task<CommandResult<ChannelRecord>> Resume(string id, string by)
    {
        if (!commit.Pending.Channels.TryGetValue(id, out var channel))
            return ChannelRules.NoChannel;
        if (RecipientRules.AgainProblem(commit.Pending, channel, clock.Calendar) is { } problem)
            return problem;
        var request = await Request(channel.Recipient, by);
        return await Update(id, state => ChannelRules.Resume(state, id, request, clock.Calendar));
    }

    public async Task<CommandResult> Confirm(string address, string code)
    {
        if (RecipientRules.Confirm(commit.Pending, address, code, clock.Calendar) is null)
            return new CommandResult(RecipientRules.Invalid);
        await Store(state => RecipientRules.Confirm(state, address, code, clock.Calendar) ?? state);
        return CommandResult.Done;
    }

    public Task<bool> CanConfirm(string address, string code) => Task.FromResult(RecipientRules.IsValid(State, address, code, clock.Calendar));

    public async Task<CommandResult> Unsubscribe(string id, string address)
    {
        if (commit.Pending.Channels.GetValueOrDefault(id)?.Recipient != address)
            return new CommandResult(ChannelRules.NoChannel);
        await Store(state => state.Channels.GetValueOrDefault(id)?.Recipient == address ? RecipientRules.Unsubscribe(state, id, clock.Calendar) : state);
        return CommandResult.Done;
    }

    public async Task<CommandResult> Delete(string id)
    {
        if (!commit.Pending.Channels.ContainsKey(id))
            return new CommandResult(ChannelRules.NoChannel);
        await Store(state => ChannelRules.Delete(state, id, clock.Calendar));
        return CommandResult.Done;
    }

    public async Task<CommandResult<NoticeContent>> BeginTest(string id)
    {
        if (!commit.Pending.Channels.TryGetValue(id, out var channel))
            return ChannelRules.NoChannel;
        if (channel is { Recipient: not null, ConfirmedAt: null })
            return RecipientRules.Unconfirmed;
        if (RecipientRules.LimitEnd(channel, clock.Calendar) is not null)
            return new Refusal(RefusalCodes.LimitReached, $"This recipient has received {INotificationsGrain.MaxPerDay} notices today (UTC), the daily limit. Test again tomorrow.");
        if (ChannelRules.BeginTest(commit.Pending, id, clock.Calendar, out var test) is not { } next)
            return new Refusal(RefusalCodes.LimitReached, $"The channels of a workspace are tested at most {INotificationsGrain.MaxTestsPerHour} times an hour. Test again later.");
        await Write(next);
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
        isErased = isStopped = true; // From here on nothing is written, also by calls that are under way.
        try
        {
            await EndWrites();
            await reminders.WaitAsync();
            try
            {
                await this.RemoveReminder(OutboxReminder);
                await this.RemoveReminder(DigestReminder);
            }
            finally
            {
                reminders.Release();
            }
            if (stored.RecordExists)
                await stored.ClearStateAsync();
            commit = new GroupCommit<NotificationsState>(stored); // Attempts that still run find no channel.
        }
        finally
        {
            DeactivateOnIdle();
        }
    }

    /// <summary>Waits for the writes that have begun, successful or not.</summary>
    private async Task EndWrites()
    {
        while (commit.Flush() is { IsCompleted: false } writing)
        {
            try
            {
                await writing;
            }
            catch (Exception)
            {
                // Its caller gets the exception.
            }
        }
    }

    private async Task<CommandResult<ChannelRecord>> Update(string id, Func<NotificationsState, NotificationsState> change)
    {
        if (!commit.Pending.Channels.ContainsKey(id))
            return ChannelRules.NoChannel;
        await Store(state => state.Channels.ContainsKey(id) ? change(state) : state);
        return State.Channels.TryGetValue(id, out var channel) ? View(channel) : ChannelRules.NoChannel;
    }

    /// <summary>Stores a change, after registering the reminders that continue it after a crash, and sends what follows.</summary>
    private async Task Store(Func<NotificationsState, NotificationsState> change)
    {
        changing++;
        try
        {
            await Remind(change(commit.Pending));
            var next = change(commit.Pending); // Other calls may have changed it meanwhile.
            await (ReferenceEquals(next, commit.Pending) ? commit.Flush() : Write(next));
        }
        finally
        {
            changing--;
        }
        PumpSoon();
    }

    /// <summary>All writes of this grain.</summary>
    private Task Write(NotificationsState next) => isErased ? throw new InvalidOperationException("The channels of this workspace are deleted.") : commit.Apply(next);

    /// <summary>Loads the alerts that were open before the first channel. Changes are followed since then, so nothing is missed in between.</summary>
    private async Task LoadOpen()
    {
        if (State.IsLoaded || State.Channels.IsEmpty)
            return;
        var open = await GrainFactory.WorkspaceAlerts(Workspace).List();
        await Store(state => AlertWatch.Load(state, open, writer.SeverityOf, clock.Calendar));
    }

    /// <summary>What a request to the recipient says; null without one.</summary>
    private async Task<RecipientRequest?> Request(string? recipient, string by) => recipient is null ? null
        : new RecipientRequest(Workspace, (await GrainFactory.Workspace(Workspace).Get())?.Name ?? Workspace, by, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)));

    private ChannelRecord View(StoredChannel channel) => new()
    {
        Id = channel.Id,
        Content = channel.Content,
        Values = channel.Values,
        CreatedAt = channel.CreatedAt,
        CreatedBy = channel.CreatedBy,
        Pause = channel.Pause,
        Waiting = State.WaitingOf(channel.Id).Count(),
        Recipient = channel.Recipient is not { } address ? null
            : State.Recipients.GetValueOrDefault(address) is { } asked ? new(address, channel.ConfirmedAt, asked.AskedAt, RecipientRules.IsValid(State, address, asked.Code, clock.Calendar))
            : new(address, channel.ConfirmedAt, null, false),
    };

    [LoggerMessage(1391, LogLevel.Warning, "Notices of {Workspace}: the outbox could not be continued; it is retried in {Seconds} s")]
    private partial void LogFailed(Exception exception, string workspace, double seconds);

    [LoggerMessage(1393, LogLevel.Error, "Notices of {Workspace}: notice {Notice} could not be written and was dropped")]
    private partial void LogUnwritable(Exception exception, string workspace, string notice);

    [LoggerMessage(1392, LogLevel.Warning, "Notices of {Workspace}: channel {Channel} was paused")]
    private partial void LogPaused(string workspace, string channel);
}
