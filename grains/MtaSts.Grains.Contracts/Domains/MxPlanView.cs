namespace MtaSts.Grains;

/// <summary>The steps of a change of MX hosts, in their order. Permanent: they are stored, and programs use them.</summary>
[GenerateSerializer, Alias("MtaSts.MxPlanStep")]
public enum MxPlanStep
{
    /// <summary>The policy covers the new hosts as well as the old ones.</summary>
    AddNewHosts,

    /// <summary>The id of that policy is in the DNS.</summary>
    PublishId,

    /// <summary>Wait until no sender has a cached policy without the new hosts.</summary>
    WaitForPolicies,

    /// <summary>The MX records name the new hosts and no others.</summary>
    SwitchMx,

    /// <summary>Wait until no resolver has the old MX records.</summary>
    WaitForMx,

    /// <summary>The policy no longer covers the old hosts.</summary>
    RemoveOldHosts,
}

/// <summary>The state of a step.</summary>
[GenerateSerializer, Alias("MtaSts.MxPlanStepState")]
public enum MxPlanStepState
{
    /// <summary>An earlier step comes first.</summary>
    Later,

    /// <summary>May be taken now.</summary>
    Open,

    /// <summary>Ends by itself, at <see cref="MxPlanStepView.At"/>.</summary>
    Waiting,

    /// <summary>Cannot be taken now: see <see cref="MxPlanStepView.Reason"/>.</summary>
    Blocked,

    /// <summary>Seen done.</summary>
    Done,

    /// <summary>The owner has skipped it.</summary>
    Skipped,
}

/// <summary>Why a step is in its state, where the state alone does not say it.</summary>
[GenerateSerializer, Alias("MtaSts.MxPlanReason")]
public enum MxPlanReason
{
    None,

    /// <summary>Blocked: this service does not serve a policy of the workspace.</summary>
    NotHosted,

    /// <summary>Blocked: the id may not be published yet, because a gateway may still serve the version before.</summary>
    NotAnnounced,

    /// <summary>Blocked: the DNS did not answer the query for the MX records.</summary>
    MxUnknown,

    /// <summary>Done: no sender enforces a policy that the wait concerns, so no mail depends on it.</summary>
    NotEnforced,

    /// <summary>Waiting: the MX records were switched before the wait was over, so senders with an earlier policy do not deliver to the new hosts.</summary>
    SwitchedEarly,

    /// <summary>Open: the policy has lost hosts that the plan needs.</summary>
    Undone,
}

/// <summary>One step of a plan.</summary>
/// <param name="At">Of a step that waits: when it ends. Of a later step: the earliest time at which it can be taken or ends. Null: not known, or not relevant.</param>
/// <param name="Hosts">The hosts that it concerns: to add to the policy, to publish as MX, or to remove from the policy.</param>
/// <param name="OldHosts">Of <see cref="MxPlanStep.SwitchMx"/>: the hosts to remove from the MX records.</param>
/// <param name="Proposed">The policy that takes the step; null when a policy does not take it.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MxPlanStepView")]
public sealed record MxPlanStepView(
    [property: Id(0)] MxPlanStep Step,
    [property: Id(1)] MxPlanStepState State,
    [property: Id(2)] DateTimeOffset? At,
    [property: Id(3)] MxPlanReason Reason,
    [property: Id(4)] IReadOnlyList<string> Hosts,
    [property: Id(5)] IReadOnlyList<string> OldHosts,
    [property: Id(6)] PolicyContent? Proposed);

/// <summary>What happened to a plan.</summary>
[GenerateSerializer, Alias("MtaSts.MxPlanChange")]
public enum MxPlanChange
{
    Started,

    /// <summary>Other new hosts.</summary>
    Changed,
    Skipped,
    Cancelled,

    /// <summary>All steps were seen done.</summary>
    Finished,
}

/// <summary>An entry of the history of a domain's plans.</summary>
/// <param name="By">Who did it; null when it was seen.</param>
/// <param name="Step">The skipped step.</param>
/// <param name="Mx">The new hosts of a plan that was started or changed.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MxPlanEvent")]
public sealed record MxPlanEvent(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] MxPlanChange Change,
    [property: Id(2)] string? By,
    [property: Id(3)] MxPlanStep? Step,
    [property: Id(4)] IReadOnlyList<string> Mx);

/// <summary>The planned change of a domain's MX hosts.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.MxPlanView")]
public sealed record MxPlanView
{
    /// <summary>Maximum number of new hosts.</summary>
    public const int MaxMx = 20;

    /// <summary>Maximum number of <see cref="History"/> entries; older ones are dropped.</summary>
    public const int MaxHistory = 50;

    /// <summary>The MX hosts to come, in A-labels; empty when there is no plan.</summary>
    [Id(0)] public required IReadOnlyList<string> Mx { get; init; }

    /// <summary>Hosts that were MX since the plan began and are not among <see cref="Mx"/>.</summary>
    [Id(1)] public required IReadOnlyList<string> OldMx { get; init; }

    /// <summary>The steps in order. At most one is the current one: the first that is neither done nor skipped.</summary>
    [Id(2)] public required IReadOnlyList<MxPlanStepView> Steps { get; init; }

    /// <summary>When all steps were seen done: the plan is over and no longer followed. Null before.</summary>
    [Id(3)] public DateTimeOffset? DoneAt { get; init; }

    /// <summary>The latest entry first.</summary>
    [Id(4)] public required IReadOnlyList<MxPlanEvent> History { get; init; }

    /// <summary>The current step; null when the plan is over or there is none.</summary>
    public MxPlanStepView? Current => DoneAt is null ? Steps.FirstOrDefault(static step => step.State is not (MxPlanStepState.Done or MxPlanStepState.Skipped)) : null;
}
