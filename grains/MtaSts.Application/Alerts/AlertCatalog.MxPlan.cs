using MtaSts.Application.MxPlans;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Alerts;

/// <summary>The texts of the MX change plan.</summary>
public static partial class AlertCatalog
{
    private static Words MxPlanStepText(Facts facts)
    {
        if (facts.Is(AlertParameters.Early))
        {
            return new(
                facts.Mode(),
                "The MX records were switched too early",
                $"The MX records name only new hosts. Until {facts.Text(AlertParameters.Until)}, senders may enforce an earlier policy that does not cover {NameList.Text(facts.All(AlertParameters.Mx))}, and do not deliver there.",
                "Publish an old host as MX again, next to the new ones, until that date.",
                "policy");
        }
        var title = Enum.TryParse<MxPlanStep>(facts.Text(AlertParameters.Step), ignoreCase: true, out var step) && Enum.IsDefined(step) ? MxPlanTexts.Title(step) : facts.Text(AlertParameters.Step);
        return new(AlertSeverity.Info, "The next step of the MX change plan can be taken", $"The MX change plan of the domain waits for its next step: {title}.", "Open the plan and take the step.", "policy");
    }
}
