using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>Excludes reports from the scorecard, or includes them again.</summary>
public sealed class ReportCommands(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Excludes the reports that match the filter from the scorecard. Later reports are counted.</summary>
    /// <param name="reason">Why, for the members who see it later: 1 … <see cref="ReportExclusion.MaxReason"/> characters.</param>
    public Task<CommandResult<ExclusionOutcome>> Exclude(Actor actor, string name, ReportFilter filter, string? reason)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return Apply(actor, name, filter, new ReportExclusion(actor.Name, clock.GetUtcNow(), reason?.Trim() ?? ""));
    }

    /// <summary>Counts excluded reports again.</summary>
    public Task<CommandResult<ExclusionOutcome>> CountAgain(Actor actor, string name, ReportFilter filter) => Apply(actor, name, filter, null);

    private async Task<CommandResult<ExclusionOutcome>> Apply(Actor actor, string name, ReportFilter filter, ReportExclusion? exclusion)
    {
        var known = await grains.ClaimedName(actor, Permissions.ReportsWrite, name);
        if (!known.IsDone)
            return known.Refusal!;
        if (exclusion is { Reason.Length: 0 or > ReportExclusion.MaxReason })
            return new Refusal(RefusalCodes.Invalid, $"reason is required, with at most {ReportExclusion.MaxReason} characters.", "reason");
        if (filter.Envelope is { } id && await grains.Envelope(actor, name, id, Permissions.ReportsWrite) is { Refusal: { } noReport })
            return noReport;
        if (filter.TakesAll && filter is { From: null, To: null })
            return new Refusal(RefusalCodes.Invalid, "Give at least one of organization, verified, network, submitter, signedBy, source, token, from and to.", "organization");
        if (filter.To < filter.From)
            return new Refusal(RefusalCodes.Invalid, "from must not be after to.", "from");
        return await ReportExclusions.Apply(grains, actor.WorkspaceId, known.Value, filter, exclusion);
    }
}
