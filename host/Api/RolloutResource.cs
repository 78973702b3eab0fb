using System.Text.Json.Serialization;
using MtaSts.Application.Policies;

namespace MtaSts.Host.Api;

/// <summary>The automatic changes of a policy's mode.</summary>
/// <param name="Enforce">The service sets the policy to enforce when all conditions are met, three days after it announced this.</param>
/// <param name="Back">The service sets an enforced policy back to testing when known senders do not deliver mail and it sees the cause at the MX host too.</param>
/// <param name="ChosenBy">Null: nobody has chosen.</param>
/// <param name="Planned">The announced change; null when there is none.</param>
/// <param name="WayBack">Whether an enforced policy should go back to testing.</param>
internal sealed record RolloutResource(bool Enforce, bool Back, string? ChosenBy, DateTimeOffset? ChosenAt, PlannedEnforceResource? Planned, WayBackResource WayBack)
{
    public static RolloutResource Of(RolloutStatus status) => new(
        status.Rollout.Choice.Enforce,
        status.Rollout.Choice.Back,
        status.Rollout.By,
        status.Rollout.ChosenAt,
        status.Rollout.Planned is { } planned ? new(planned.Version, planned.AnnouncedAt, planned.DueAt) : null,
        new(status.WayBack.State, status.WayBack.Organizations, status.WayBack.Mx));
}

/// <param name="Version">The version in testing whose content will be enforced.</param>
/// <param name="DueAt">The first check after this makes the change.</param>
internal sealed record PlannedEnforceResource(int Version, DateTimeOffset AnnouncedAt, DateTimeOffset DueAt);

/// <param name="State"><c>proposed</c>: the owner decides. <c>agreed</c>: reports and this service see the same fault.</param>
/// <param name="Organizations">Known organisations that report failures.</param>
/// <param name="Mx">MX hosts whose fault this service sees.</param>
internal sealed record WayBackResource(WayBackState State, IReadOnlyList<string> Organizations, IReadOnlyList<string> Mx);

/// <param name="Enforce">See the resource.</param>
/// <param name="Back">See the resource.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewRollout(bool? Enforce, bool? Back);
