using Microsoft.Extensions.Options;
using MtaSts.Application.Readiness;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Policies;

/// <summary>Judges a served policy by <see cref="ReadinessReport"/> and <see cref="WayBack"/>.</summary>
internal sealed class RolloutJudge(IGrainFactory grains, IClockStatus calendar, IOptions<ReadinessOptions> options) : IRolloutJudge
{
    public async Task<RolloutFacts?> JudgeAsync(string workspaceId, string domain)
    {
        if (await grains.Domain(domain).GetView(workspaceId) is not { Policy: { } served } view)
            return null;
        if (served.Content.Mode == PolicyMode.Enforce)
            return new(served.Number, IsReady: false, WayBack.Judge(served.Content.Mode, await grains.Alerts(workspaceId, domain).List()).State == WayBackState.Agreed);
        var report = await ReadinessReader.Read(grains, workspaceId, view, null, options.Value, calendar.Calendar);
        var isReady = report.Verdict == ReadinessVerdict.Ready
            && await grains.Domain(domain).CheckPolicy(workspaceId, served.Content with { Mode = PolicyMode.Enforce }) is { Value.Advice: { } advice } && !advice.Any(item => item.NeedsOverride);
        return new(served.Number, isReady, MustGoBack: false);
    }
}
