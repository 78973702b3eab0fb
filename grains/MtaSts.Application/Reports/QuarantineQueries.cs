using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>Reports that could not be read or attributed.</summary>
public sealed class QuarantineQueries(IGrainFactory grains)
{
    /// <inheritdoc cref="IQuarantineGrain.MaxItemsOfAddress"/>
    public const int MaxItemsOfAddress = IQuarantineGrain.MaxItemsOfAddress;

    /// <inheritdoc cref="IQuarantineGrain.MaxBytesOfAddress"/>
    public const long MaxBytesOfAddress = IQuarantineGrain.MaxBytesOfAddress;

    /// <summary>Newest first.</summary>
    public async Task<CommandResult<Page<QuarantineItem>>> List(Actor actor, string? after, int limit)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.ReportsRead) is { } refusal ? refusal : await grains.Quarantine(actor.WorkspaceId).List(after, limit);
    }

    /// <summary>The size of the quarantine, and the number of reports deleted because it was full.</summary>
    public async Task<CommandResult<QuarantineSummary>> Summary(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.ReportsRead) is { } refusal ? refusal : await grains.Quarantine(actor.WorkspaceId).GetSummary();
    }
}
