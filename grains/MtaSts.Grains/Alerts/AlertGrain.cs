using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Alerts;

internal sealed record AlertsState
{
    /// <summary>Open and past alerts, oldest first.</summary>
    [JsonPropertyName("alerts")] public ImmutableArray<AlertView> Alerts { get; init; } = [];
    [JsonPropertyName("last")] public long Last { get; init; }
}

internal sealed class AlertGrain([PersistentState(StateNames.Alerts, StateNames.Storage)] IPersistentState<AlertsState> stored, TimeProvider clock) : Grain, IAlertGrain
{
    public async Task Set(IReadOnlyList<AlertCondition> conditions)
    {
        var key = this.GetPrimaryKeyString();
        var before = stored.State;
        var next = AlertBook.Set(before, key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..], conditions, clock.GetUtcNow());
        if (!ReferenceEquals(next, before))
            await stored.Replace(next, DeactivateOnIdle);
    }

    public async Task Erase()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    public Task<IReadOnlyList<AlertView>> List() => Task.FromResult<IReadOnlyList<AlertView>>(
        [.. stored.State.Alerts.OrderBy(a => a.ResolvedAt is not null).ThenByDescending(a => a.RaisedAt)]);
}
