using System.Text.Json.Serialization;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>A claim's choice of automatic changes of the mode, and the announced one.</summary>
internal sealed record RolloutState
{
    [JsonPropertyName("enforce")] public bool Enforce { get; init; }
    [JsonPropertyName("back")] public bool Back { get; init; }
    [JsonPropertyName("by")] public required string By { get; init; }
    [JsonPropertyName("chosenAt")] public required DateTimeOffset ChosenAt { get; init; }

    /// <summary>The announced change; see <see cref="Rollout.Planned"/> for whether it still applies.</summary>
    [JsonPropertyName("planned")] public StoredEnforcePlan? Planned { get; init; }
}

/// <summary>See <see cref="EnforcePlan"/>.</summary>
internal sealed record StoredEnforcePlan(
    [property: JsonPropertyName("version")] int Version, [property: JsonPropertyName("announcedAt")] DateTimeOffset AnnouncedAt, [property: JsonPropertyName("dueAt")] DateTimeOffset DueAt);

/// <summary>
/// The automatic changes of the mode. Enforce is announced first, and every later check judges the conditions again: if one is not met, the announcement is withdrawn, and a new one begins
/// anew. Times are service times, so a clock that jumps shortens no announcement.
/// </summary>
internal static class Rollout
{
    /// <summary>The name of the service in the history.</summary>
    public const string By = "automatic";

    /// <summary>How long an automatic change is shown as an alert after it was made.</summary>
    public static readonly TimeSpan ShownFor = TimeSpan.FromDays(7);

    /// <summary>Takes over the owner's choice. An announced change that is not wanted any more is withdrawn.</summary>
    public static Claim Choose(Claim claim, RolloutChoice choice, string by, DateTimeOffset now) => claim with
    {
        Rollout = new RolloutState { Enforce = choice.Enforce, Back = choice.Back, By = by, ChosenAt = now, Planned = choice.Enforce ? claim.Rollout?.Planned : null },
    };

    /// <summary>The announced change; null when there is none, or when another version is served.</summary>
    public static EnforcePlan? Planned(DomainState state, Claim claim) =>
        Served(state, claim) is { Content.Mode: PolicyMode.Testing } served && claim.Rollout?.Planned is { } planned && planned.Version == served.Number
            ? new(planned.Version, planned.AnnouncedAt, planned.DueAt)
            : null;

    /// <summary>Whether a check should judge the mode.</summary>
    public static bool IsToJudge(DomainState state, Claim claim) => Served(state, claim)?.Content.Mode switch
    {
        PolicyMode.Testing => claim.Rollout is { Enforce: true },
        PolicyMode.Enforce => claim.Rollout is { Back: true },
        _ => false,
    };

    /// <summary>The choice after a judgement, and the mode to change to; null: the mode stays.</summary>
    public static (RolloutState Rollout, PolicyMode? Change) Judge(DomainState state, Claim claim, RolloutFacts facts, DateTimeOffset now)
    {
        var rollout = claim.Rollout!;
        if (Served(state, claim) is not { } served || served.Number != facts.Version)
            return (rollout, null); // Another version was judged.
        if (served.Content.Mode == PolicyMode.Enforce)
            return (rollout with { Planned = null }, rollout.Back && facts.MustGoBack ? PolicyMode.Testing : null);
        if (served.Content.Mode != PolicyMode.Testing || !rollout.Enforce || !facts.IsReady)
            return (rollout with { Planned = null }, null);
        if (Planned(state, claim) is not { } planned)
            return (rollout with { Planned = new(served.Number, now, now + EnforcePlan.AnnouncedFor) }, null);
        return now < planned.DueAt ? (rollout, null) : (rollout with { Planned = null }, PolicyMode.Enforce);
    }

    /// <summary>The announced change, and the one that was made, as conditions.</summary>
    /// <param name="toCalendar">Converts service time to the dates that are shown.</param>
    public static IEnumerable<AlertCondition> Conditions(DomainState state, Claim claim, DateTimeOffset now, Func<DateTimeOffset, DateTimeOffset> toCalendar)
    {
        if (Planned(state, claim) is { } planned)
            yield return AlertCondition.Of(AlertKinds.EnforceAnnounced).With(AlertParameters.PlannedAt, toCalendar(planned.DueAt));
        if (Served(state, claim) is { IsAutomatic: true } served && now < served.ServedFrom + ShownFor)
            yield return AlertCondition.Of(AlertKinds.ModeChanged).With(AlertParameters.Mode, served.Content.Mode.ToText()).With(AlertParameters.Since, toCalendar(served.ServedFrom));
    }

    private static PolicyVersion? Served(DomainState state, Claim claim) =>
        state.Holder == claim.Workspace && state.Serving is ServingState.Provisioning or ServingState.Live ? PolicyVersions.Current(state) : null;
}
