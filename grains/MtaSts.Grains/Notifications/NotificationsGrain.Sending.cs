using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>
/// Sending. Each channel has at most one attempt at a time, which runs beside the grain's turns within the notifier's time limit, so that no channel delays another one or a call.
/// A timer wakes the grain for the next attempt, a reminder after a crash.
/// </summary>
internal sealed partial class NotificationsGrain
{
    private const string OutboxReminder = "outbox";
    private const string DigestReminder = "digest";

    /// <summary>While notices wait. It is the shortest period of a reminder.</summary>
    private static readonly TimeSpan OutboxEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan DigestEvery = TimeSpan.FromHours(1);

    /// <summary>After storage failed.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> sending = [];
    private readonly SemaphoreSlim reminders = new(1);
    private IGrainTimer? timer;
    private bool pumping;
    private bool pumpAgain;
    private bool isReminded;
    private bool isRemindedOfDigests;
    private bool digesting;
    private bool isStopped;
    private bool isErased;

    /// <summary>Changes that are being stored: while there are any, the reminder stays.</summary>
    private int changing;

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        PumpSoon();
        if (reminderName == DigestReminder)
            _ = Digest();
        await reminders.WaitAsync();
        try
        {
            if (changing > 0)
                return;
            if (reminderName == DigestReminder && commit.Pending.Channels.IsEmpty)
            {
                isRemindedOfDigests = false;
                await this.RemoveReminder(DigestReminder);
            }
            else if (reminderName == OutboxReminder && !HasWork(commit.Pending))
            {
                isReminded = false;
                await this.RemoveReminder(OutboxReminder);
            }
        }
        finally
        {
            reminders.Release();
        }
    }

    private bool HasWork(NotificationsState state) => NoticeRules.NextAt(state, clock.Calendar) is not null || state.Channels.Values.Any(channel => DeliveryRules.NextAt(state, channel, clock.Calendar) is not null);

    /// <summary>Registers the reminders that the state needs: one for the outbox while notices wait, one for digests and for trials of paused channels while there are channels.</summary>
    private async Task Remind(NotificationsState state)
    {
        var isOutboxMissing = !isReminded && HasWork(state);
        var isDigestMissing = !isRemindedOfDigests && !state.Channels.IsEmpty;
        if (!isOutboxMissing && !isDigestMissing)
            return;
        await reminders.WaitAsync();
        try
        {
            if (isErased)
                return;
            if (isOutboxMissing && !isReminded)
            {
                await this.RegisterOrUpdateReminder(OutboxReminder, OutboxEvery, OutboxEvery);
                isReminded = true;
            }
            if (isDigestMissing && !isRemindedOfDigests)
            {
                // It keeps its time of the hour: it is not registered anew by each activation.
                if (await this.GetReminder(DigestReminder) is null)
                    await this.RegisterOrUpdateReminder(DigestReminder, TimeSpan.FromSeconds(StableHash.Of(this.GetPrimaryKeyString()) % (uint)DigestEvery.TotalSeconds), DigestEvery);
                isRemindedOfDigests = true;
            }
        }
        finally
        {
            reminders.Release();
        }
    }

    private void PumpSoon() => _ = Pump(); // Does not block the grain's turn.

    /// <summary>Makes the notices that are due, begins the attempts that are due, and sets the timer for the next ones. One at a time.</summary>
    private async Task Pump()
    {
        pumpAgain = true;
        if (pumping || isStopped)
            return;
        pumping = true;
        try
        {
            await Task.Yield(); // Calls that arrive together share one run.
            await Remind(commit.Pending); // The state may be older than this activation.
            await LoadOpen();
            while (pumpAgain && !isStopped)
            {
                pumpAgain = false;
                var next = DeliveryRules.Begin(NoticeRules.Form(commit.Pending, clock.Calendar), sending, clock.Calendar);
                if (!ReferenceEquals(next, commit.Pending))
                    await Write(next); // Stored before anything is sent.
                Begin();
            }
            Wake(Due() is { } due ? due - clock.Calendar : null);
        }
        catch (Exception exception)
        {
            LogFailed(exception, Workspace, RetryAfter.TotalSeconds);
            Wake(RetryAfter);
        }
        finally
        {
            pumping = false;
        }
    }

    private void Begin()
    {
        foreach (var channel in State.Channels.Values)
        {
            if (isStopped || sending.Contains(channel.Id) || DeliveryRules.Next(State, channel, clock.Calendar) is not { } notice)
                continue;
            if (!notice.IsBegun)
                pumpAgain = true; // It became due during the write.
            else
            {
                sending.Add(channel.Id);
                _ = Send(channel, notice);
            }
        }
    }

    private async Task Send(StoredChannel channel, StoredNotice notice)
    {
        var again = TimeSpan.Zero;
        try
        {
            var result = Text(channel, notice) is { } text ? await notifiers.SendAsync(channel.Content, channel.Values, text, secrets) : null;
            if (isStopped)
                return;
            var next = result is null ? DeliveryRules.Unwritable(commit.Pending, notice.Content.Id) : DeliveryRules.Sent(commit.Pending, notice.Content.Id, channel.Version, result, clock.Calendar);
            if (!ReferenceEquals(next, commit.Pending))
                await Write(next);
            if (channel.Pause is null && State.Channels.TryGetValue(channel.Id, out var now) && now.Pause is not null)
                LogPaused(Workspace, channel.Id);
        }
        catch (Exception exception)
        {
            LogFailed(exception, Workspace, RetryAfter.TotalSeconds);
            again = RetryAfter; // The result was not stored: the notice is sent again, with the same id.
        }
        if (again > TimeSpan.Zero)
            await Task.Delay(again, clock);
        sending.Remove(channel.Id);
        PumpSoon();
    }

    /// <summary>Null: it cannot be written. A repeat would fail for the same reason.</summary>
    private Notice? Text(StoredChannel channel, StoredNotice notice)
    {
        try
        {
            return writer.Write(notice.Content, channel.Recipient is { } address ? new NoticeRecipient(Workspace, channel.Id, address) : null);
        }
        catch (Exception exception)
        {
            LogUnwritable(exception, Workspace, notice.Content.Id);
            return null;
        }
    }

    /// <summary>The next time at which there is something to do; channels with a running attempt are continued at its end.</summary>
    private DateTimeOffset? Due()
    {
        var now = clock.Calendar;
        return State.Channels.Values.Where(channel => !sending.Contains(channel.Id)).Select(channel => DeliveryRules.NextAt(State, channel, now)).Append(NoticeRules.NextAt(State, now)).Append(TrialRules.NextAt(State)).Min();
    }

    private void Wake(TimeSpan? after)
    {
        timer?.Dispose();
        timer = after is { } wait ? this.RegisterGrainTimer(_ => Pump(), new GrainTimerCreationOptions(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan)) : null;
    }

    private async Task Digest()
    {
        if (digesting)
            return;
        digesting = true;
        try
        {
            var plan = (await GrainFactory.Workspace(Workspace).Get())?.Plan ?? Plan.Free;
            foreach (var channel in State.Channels.Values.Where(channel => DigestSchedule.IsDue(channel, plan, clock.Calendar)))
            {
                var facts = await digests.ReadAsync(Workspace, channel.Content, channel.DigestAt, clock.Calendar);
                await Store(state => ChannelRules.AddDigest(state, channel.Id, facts, clock.Calendar));
            }
        }
        catch (Exception exception)
        {
            LogFailed(exception, Workspace, DigestEvery.TotalSeconds);
        }
        finally
        {
            digesting = false;
        }
    }
}
