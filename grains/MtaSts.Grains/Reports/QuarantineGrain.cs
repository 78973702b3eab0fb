using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

internal sealed record QuarantineState
{
    /// <summary>Oldest first.</summary>
    [JsonPropertyName("items")] public ImmutableList<QuarantineItem> Items { get; init; } = [];
}

internal sealed class QuarantineGrain([PersistentState(StateNames.Quarantine, StateNames.Storage)] IPersistentState<QuarantineState> stored) : Grain, IQuarantineGrain
{
    private GroupCommit<QuarantineState> commit = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<QuarantineState>(stored);
        return Task.CompletedTask;
    }

    public Task Put(QuarantineItem item)
    {
        var items = commit.Pending.Items.RemoveAll(other => other.Id == item.Id).Add(item);
        if (items.Count > IQuarantineGrain.MaxListed)
            items = items.RemoveRange(0, items.Count - IQuarantineGrain.MaxListed);
        return commit.Apply(new QuarantineState { Items = items });
    }

    public Task Remove(string id)
    {
        var items = commit.Pending.Items.RemoveAll(other => other.Id == id);
        return items.Count == commit.Pending.Items.Count ? commit.Settle() : commit.Apply(new QuarantineState { Items = items });
    }

    public Task<Page<QuarantineItem>> List(string? after, int limit)
    {
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        var newestFirst = commit.Committed.Items.Reverse();
        var start = after is not null && int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        var items = newestFirst.Skip(start).Take(limit).ToArray();
        return Task.FromResult(new Page<QuarantineItem>(items, start + items.Length < newestFirst.Count ? (start + items.Length).ToString(CultureInfo.InvariantCulture) : null));
    }
}
