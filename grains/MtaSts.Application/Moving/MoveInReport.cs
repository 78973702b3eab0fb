using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Moving;

/// <summary>The next step of moving a policy from another service to this one.</summary>
public enum MoveInStep
{
    /// <summary>Take over the policy that the other service serves.</summary>
    TakeOver,

    /// <summary>Switch hosting on.</summary>
    SwitchOn,

    /// <summary>Publish the claim record, so that the policy is served here before the CNAME moves.</summary>
    ProveControl,

    /// <summary>Point the CNAME to this service: the policy is served here.</summary>
    MoveCname,
}

/// <summary>A domain whose policy another service serves, compared with what this service serves or would serve.</summary>
/// <param name="Theirs">The policy as last fetched.</param>
/// <param name="Ours">The policy served here, or the draft; null when there is none.</param>
/// <param name="IsSame">Senders read the same policy from both.</param>
/// <param name="IsChanged">The other service has changed the policy since it was taken over.</param>
/// <param name="Differences">Between the files; null when the bytes of the other file are not known, or there is no policy here. Empty: identical, byte for byte.</param>
public sealed record MoveInReport(
    string Domain, PolicyContent Theirs, string? Id, DateTimeOffset FetchedAt, PolicyContent? Ours, bool IsSame, bool IsChanged, IReadOnlyList<PolicyBodyDifference>? Differences, MoveInStep Step)
{
    /// <summary>Null when no other service serves a policy for the domain, or the domain has moved.</summary>
    public static MoveInReport? Of(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.LastObservation is not { Elsewhere: { Fault: null, Content: { } theirs } fetch } seen || view.Hosting.State is HostingState.Live or HostingState.Retiring or HostingState.Removing)
            return null;
        var ours = view.Policy?.Content ?? view.Draft;
        var isSame = ours is not null && PolicyComparison.Compare(theirs.ToPolicy(), ours.ToPolicy()).Count == 0;
        var step = !isSame ? MoveInStep.TakeOver : view.Hosting.State switch
        {
            HostingState.Off => MoveInStep.SwitchOn,
            HostingState.AwaitingCname => MoveInStep.ProveControl,
            _ => MoveInStep.MoveCname,
        };
        return new(
            view.Name,
            theirs,
            PolicyRecord.Select(seen.PolicyRecord.Values) is PolicyRecordReading.Found found ? found.Record.Id : null,
            seen.At,
            ours,
            isSame,
            !isSame && view.Policy is not null,
            fetch.Body is null || ours is null ? null : PolicyBodyComparison.Compare(fetch.Body, ours.ToText()),
            step);
    }

    /// <summary>
    /// Hosting was switched off here, and another service serves the same policy: the domain has moved out. Senders keep the policy, and nothing is to be published for this service.
    /// </summary>
    public static bool HasMovedOut(DomainView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view is { Hosting.State: HostingState.Retiring, LastObservation.Elsewhere: { Fault: null, Content: { } theirs }, Draft: { } last } && PolicyComparison.Compare(theirs.ToPolicy(), last.ToPolicy()).Count == 0;
    }
}
