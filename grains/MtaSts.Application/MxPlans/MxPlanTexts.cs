using System.Globalization;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.MxPlans;

/// <summary>The texts of the steps of an MX change plan.</summary>
public static class MxPlanTexts
{
    /// <summary>What the step is.</summary>
    public static string Title(MxPlanStep step) => step switch
    {
        MxPlanStep.AddNewHosts => "Add the new hosts to the policy",
        MxPlanStep.PublishId => "Publish the new id",
        MxPlanStep.WaitForPolicies => "Wait until cached policies without the new hosts have expired",
        MxPlanStep.SwitchMx => "Switch the MX records",
        MxPlanStep.WaitForMx => "Wait until the old MX records have expired",
        MxPlanStep.RemoveOldHosts => "Remove the old hosts from the policy",
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <summary>What is so, why, and what to do.</summary>
    public static string Explain(MxPlanStepView step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var hosts = NameList.Text(step.Hosts);
        return (step.Step, step.State, step.Reason) switch
        {
            (_, _, MxPlanReason.NotHosted) => "This service does not serve a policy of this workspace now. Switch hosting on to continue, or end the plan.",
            (MxPlanStep.AddNewHosts, MxPlanStepState.Done, _) => "The policy covers the new hosts and the old ones.",
            (MxPlanStep.AddNewHosts, _, MxPlanReason.Undone) => $"The policy no longer covers {hosts}. Serve it again with these hosts: the plan continues from here.",
            (MxPlanStep.AddNewHosts, _, _) => hosts.Length > 0 ? $"Serve the policy with {hosts} in addition to its present hosts." : "Serve the policy with the new hosts in addition to its present hosts.",
            (MxPlanStep.PublishId, MxPlanStepState.Done, _) => "The DNS shows the id of a policy with the new hosts.",
            (MxPlanStep.PublishId, MxPlanStepState.Skipped, _) => "Skipped. Some senders keep their copy as long as the id does not change.",
            (MxPlanStep.PublishId, _, MxPlanReason.NotAnnounced) => "The new id may be published when every gateway serves the new policy and, where policies are fetched from outside, a fetch has returned it. This takes a minute or less.",
            (MxPlanStep.PublishId, MxPlanStepState.Open, _) => "Publish the policy record shown under Set-up. If it is a CNAME to this service, the service writes it. Some senders keep their copy as long as the id does not change.",
            (MxPlanStep.PublishId, _, _) => "Senders learn from the new id that the policy has changed.",
            (MxPlanStep.WaitForPolicies, _, MxPlanReason.NotEnforced) => "Not needed: no sender can have an enforced policy without the new hosts, and nothing else is refused.",
            (MxPlanStep.WaitForPolicies, MxPlanStepState.Done, _) => "No sender can have an enforced policy without the new hosts any more.",
            (MxPlanStep.WaitForPolicies, MxPlanStepState.Skipped, _) => "Skipped. Senders with an earlier policy do not deliver to the new hosts until their copy has expired.",
            (MxPlanStep.WaitForPolicies, _, MxPlanReason.SwitchedEarly) => "The MX records name only new hosts already. Senders with an earlier policy do not deliver there until this date. Publish an old host as MX again, next to the new ones.",
            (MxPlanStep.WaitForPolicies, _, _) => "A sender may still have a policy without the new hosts and would not deliver there. The date counts every earlier version: when it was last served, or its id last published, plus its max_age.",
            (MxPlanStep.SwitchMx, MxPlanStepState.Done, _) => "The MX records name the new hosts and no others.",
            (MxPlanStep.SwitchMx, _, MxPlanReason.MxUnknown) => "The DNS did not answer the query for the MX records. It is repeated automatically.",
            (MxPlanStep.SwitchMx, MxPlanStepState.Later, _) => "Every sender accepts the new hosts then.",
            (MxPlanStep.SwitchMx, _, _) => Switch(step, hosts),
            (MxPlanStep.WaitForMx, _, MxPlanReason.NotEnforced) => "Not needed: the policy is not enforced, so no sender refuses the old hosts.",
            (MxPlanStep.WaitForMx, MxPlanStepState.Done, _) => "No resolver has the old MX records any more.",
            (MxPlanStep.WaitForMx, MxPlanStepState.Skipped, _) => "Skipped. Senders whose resolver still has the old MX records do not deliver once the old hosts are removed from the policy.",
            (MxPlanStep.WaitForMx, _, _) => "Resolvers may still return the old MX records, so the policy must cover the old hosts. The date is the longest TTL seen of these records after the switch: at least an hour, a day if none was seen, at most seven days.",
            (MxPlanStep.RemoveOldHosts, MxPlanStepState.Done, _) => "The policy covers only the new hosts.",
            (MxPlanStep.RemoveOldHosts, MxPlanStepState.Open, _) => $"Serve the policy without {hosts}. As long as it names them, senders also deliver there.",
            _ => "The policy then covers only the new hosts.",
        };
    }

    /// <summary>What happens when the step is skipped; null when it cannot be skipped.</summary>
    public static string? IfSkipped(MxPlanStepView step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var until = step.At is { } at ? string.Create(CultureInfo.InvariantCulture, $" until {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "";
        return step.Step switch
        {
            MxPlanStep.PublishId => "Senders that fetch the policy only when the id changes keep a policy without the new hosts, for as long as they see the old id. After the switch of the MX records they do not deliver. Publish the id instead, if you can.",
            MxPlanStep.WaitForPolicies => $"If the MX records are switched now, senders that enforce an earlier policy do not deliver to the new hosts{until}. Such mail is queued at the sender and bounces after some days.",
            MxPlanStep.WaitForMx => $"If the old hosts are removed from the policy now, senders whose resolver still returns the old MX records do not deliver{until}. Such mail is queued at the sender.",
            _ => null,
        };
    }

    private static string Switch(MxPlanStepView step, string hosts)
    {
        var add = step.Hosts.Count > 0 ? $" Publish {hosts} as MX." : "";
        var remove = step.OldHosts.Count > 0 ? $" Remove {NameList.Text(step.OldHosts)}." : "";
        return $"Every sender accepts the new hosts now; old and new ones can be published at the same time for a while.{add}{remove}";
    }
}
