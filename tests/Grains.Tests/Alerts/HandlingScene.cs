using MtaSts.Grains.Alerts;
using MtaSts.Grains.Tests.Notifications;
using Xunit;

namespace MtaSts.Grains.Tests.Alerts;

/// <summary>The alerts of one domain, how they are handled, and the channels that are notified of them.</summary>
internal sealed class HandlingScene
{
    public const string Domain = "a.test";
    public const string Kind = AlertKinds.OwnMxNotCovered;
    public const string Me = "owner@example.com";
    private long revision;

    public AlertsState State { get; private set; } = new();

    public OutboxBench Bench { get; } = new();

    public DateTimeOffset Now => Bench.Now;

    public AlertView Alert => AlertLog.List(State, Domain)[0];

    public string Id => Alert.Id;

    /// <summary>The titles of the notices that were sent.</summary>
    public IEnumerable<string> Sent => Bench.Attempts.Select(attempt => OutboxBench.Text(attempt.Content).Title);

    public HandlingScene With(string channel)
    {
        Bench.Add(channel);
        return this;
    }

    /// <summary>What a source reports: the severities of the open alerts by kind.</summary>
    public void See(params (string Kind, bool IsCritical)[] conditions) => Take(AlertLog.Set(
        State, AlertSource.Dns, ++revision, [.. conditions.Select(seen => AlertCondition.Of(seen.Kind).With(AlertParameters.Mx, ["mx." + Domain]).With(AlertParameters.Mode, seen.IsCritical ? "enforce" : "testing"))], Now, OutboxBench.SeverityOf));

    public void Raise(bool isCritical = false) => See((Kind, isCritical));

    public void Resolve() => See();

    public Refusal? Acknowledge(string? note = null, string? id = null) => Take(AlertHandlingRules.Acknowledge(State, id ?? Id, note, Me, OutboxBench.SeverityOf, Now));

    public void EndAcknowledgement() => Take(AlertHandlingRules.EndAcknowledgement(State, Id, Me, Now));

    public Refusal? Snooze(TimeSpan time, string? reason = null, string? id = null) => Take(AlertHandlingRules.Snooze(State, id ?? Id, Now + time, reason, Me, OutboxBench.SeverityOf, Now));

    public void EndSnooze() => Take(AlertHandlingRules.EndSnooze(State, Id, Me, Now));

    public Refusal? Mute(TimeSpan? time = null, string? reason = null, string kind = Kind) => Take(AlertHandlingRules.Mute(State, kind, reason, Now + time, Me, Now));

    public void EndMute(string kind = Kind) => Take(AlertHandlingRules.EndMute(State, kind, Me, Now));

    /// <summary>Lets time pass; what has an end ends in time.</summary>
    public void Pass(TimeSpan time)
    {
        var end = Now + time;
        while (AlertHandlingRules.NextEnd(State) is { } due && due <= end)
        {
            Bench.Pass(due > Now ? due - Now : TimeSpan.Zero);
            Take(AlertHandlingRules.Expire(State, Now));
        }
        Bench.Pass(end - Now);
    }

    public AlertEventKind[] Events => [.. State.Alerts.Single(alert => alert.Id == Id).Events.Select(known => known.Kind)];

    private Refusal? Take(HandlingDecision decision)
    {
        if (decision.Problem is null)
            Take(decision.State);
        return decision.Problem;
    }

    private void Take(AlertsState next)
    {
        if (ReferenceEquals(next, State))
            return;
        Assert.True(next.Revision > State.Revision); // Otherwise the index and the channels would not follow.
        State = next;
        Bench.Tell(Domain, AlertLog.List(State, Domain));
    }
}
