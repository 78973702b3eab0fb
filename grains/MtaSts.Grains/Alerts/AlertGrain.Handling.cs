using Microsoft.Extensions.Logging;

namespace MtaSts.Grains.Alerts;

/// <summary>Acknowledgements, snoozes and mutes. A timer ends a snooze or a mute at its date; a reminder does when the grain is not active then.</summary>
internal sealed partial class AlertGrain
{
    private const string EndsReminder = "ends";

    /// <summary>Between two ticks while something has an end. A reminder is not registered for longer ahead: its date may change.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    /// <summary>After storage failed.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private IGrainTimer? endTimer;
    private DateTimeOffset? remindedOf;

    public Task<AlertDetail?> Find(string id) => Task.FromResult(Detail(id));

    public Task<CommandResult<AlertDetail>> Acknowledge(string id, string? note, string by) => Handle(id, AlertHandlingRules.Acknowledge(stored.State, id, note, by, writer.SeverityOf, clock.Calendar));

    public Task<CommandResult<AlertDetail>> EndAcknowledgement(string id, string by) => Handle(id, AlertHandlingRules.EndAcknowledgement(stored.State, id, by, clock.Calendar));

    public Task<CommandResult<AlertDetail>> Snooze(string id, DateTimeOffset until, string? reason, string by) =>
        Handle(id, AlertHandlingRules.Snooze(stored.State, id, until, reason, by, writer.SeverityOf, clock.Calendar));

    public Task<CommandResult<AlertDetail>> EndSnooze(string id, string by) => Handle(id, AlertHandlingRules.EndSnooze(stored.State, id, by, clock.Calendar));

    public Task<IReadOnlyList<AlertMute>> ListMutes() => Task.FromResult<IReadOnlyList<AlertMute>>(
        [.. AlertHandlingRules.Expire(stored.State, clock.Calendar).Mutes.Select(mute => new AlertMute(mute.Key, mute.Value.ToHandling()))]);

    public async Task<CommandResult<AlertMute>> Mute(string kind, string? reason, DateTimeOffset? until, string by)
    {
        var decision = AlertHandlingRules.Mute(stored.State, kind, reason, until, by, clock.Calendar);
        if (decision.Problem is { } problem)
            return problem;
        await Apply(decision.State);
        return new AlertMute(kind, stored.State.Mutes[kind].ToHandling());
    }

    public async Task<CommandResult> EndMute(string kind, string by)
    {
        await Apply(AlertHandlingRules.EndMute(stored.State, kind, by, clock.Calendar));
        return CommandResult.Done;
    }

    private async Task<CommandResult<AlertDetail>> Handle(string id, HandlingDecision decision)
    {
        if (decision.Problem is { } problem)
            return problem;
        await Apply(decision.State);
        return Detail(id)!;
    }

    private AlertDetail? Detail(string id) => stored.State.Alerts.FirstOrDefault(alert => alert.Id == id) is { } alert
        ? new AlertDetail(alert.ToView(Domain), [.. alert.Events.Select(known => known.ToEvent())])
        : null;

    /// <summary>Ends what is due. A failure is repeated: nobody waits for the result.</summary>
    private async Task EndDue()
    {
        try
        {
            await Apply(AlertHandlingRules.Expire(stored.State, clock.Calendar));
            if (AlertHandlingRules.NextEnd(stored.State) is null)
            {
                remindedOf = null;
                await this.RemoveReminder(EndsReminder);
            }
            else
            {
                remindedOf = null; // The reminder ticks at the full hours of its period: it is moved to the end.
                await RemindOfEnds(stored.State);
            }
            EndLater();
        }
        catch (Exception exception)
        {
            LogFailed(exception, Key, RetryAfter.TotalSeconds);
            EndIn(RetryAfter);
        }
    }

    /// <summary>Registers the reminder if the state has an end that it was not registered for.</summary>
    private async Task RemindOfEnds(AlertsState next)
    {
        if (AlertHandlingRules.NextEnd(next) is not { } end || end == remindedOf)
            return;
        var left = end - clock.Calendar;
        await this.RegisterOrUpdateReminder(EndsReminder, left < TimeSpan.Zero ? TimeSpan.Zero : left < LookEvery ? left : LookEvery, LookEvery);
        remindedOf = end;
    }

    private void EndLater()
    {
        if (AlertHandlingRules.NextEnd(stored.State) is { } end)
            EndIn(end - clock.Calendar);
        else
            endTimer?.Dispose();
    }

    private void EndIn(TimeSpan left)
    {
        endTimer?.Dispose();
        var wait = left < TimeSpan.Zero ? TimeSpan.Zero : left < LookEvery ? left : LookEvery;
        endTimer = this.RegisterGrainTimer(_ => EndDue(), new GrainTimerCreationOptions(wait, Timeout.InfiniteTimeSpan));
    }

    [LoggerMessage(1394, LogLevel.Warning, "Alerts {Key}: ends of snoozes and mutes could not be stored; this is retried in {Seconds} s")]
    private partial void LogFailed(Exception exception, string key, double seconds);
}
