using System.Globalization;
using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>Replays and deletes reports in quarantine.</summary>
public sealed class QuarantineCommands(IGrainFactory grains)
{
    /// <summary>Reads and attributes an envelope again.</summary>
    public async Task<CommandResult<IngestionOutcome>> Replay(Actor actor, string id)
    {
        var envelope = await grains.Envelope(actor, null, id, Permissions.ReportsWrite);
        return envelope.IsDone ? await grains.Ingestion(id).Replay(actor.WorkspaceId) : envelope.Refusal!;
    }

    /// <summary>Replays a page and skips those that remain: repeated until there is no next page, it replays the whole quarantine.</summary>
    /// <param name="next">Token from the previous call; null for the first.</param>
    public async Task<CommandResult<Page<IngestionOutcome>>> ReplayPage(Actor actor, string? next, int limit)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.ReportsWrite) is { } refusal)
            return refusal;
        var page = await grains.Quarantine(actor.WorkspaceId).List(next, limit);
        var outcomes = new List<IngestionOutcome>(page.Items.Count);
        foreach (var item in page.Items)
        {
            if ((await grains.Ingestion(item.Id).Replay(actor.WorkspaceId)).Value is { } outcome) // Null: deleted meanwhile.
                outcomes.Add(outcome);
        }
        _ = int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var before);
        var stay = outcomes.Count(outcome => outcome.State == IngestionState.Quarantined);
        return new Page<IngestionOutcome>(outcomes, page.Next is null ? null : (before + stay).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Deletes an envelope permanently.</summary>
    public async Task<CommandResult> Discard(Actor actor, string id)
    {
        var envelope = await grains.Envelope(actor, null, id, Permissions.ReportsWrite);
        if (envelope is { Value.Code: null })
            return CommandResult.Refused(RefusalCodes.NotFound, $"{id} is not in quarantine.");
        if (envelope.IsDone)
            await grains.Quarantine(actor.WorkspaceId).Discard(id);
        return new(envelope.Refusal);
    }
}
