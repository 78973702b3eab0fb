using System.Runtime.CompilerServices;
using MtaSts.Grains.Reports;
using MtaSts.Storage;
using Orleans.Storage;

namespace MtaSts.Grains.Storage;

/// <summary>
/// The storage of all states. States that change at a high rate or have a large collection have their own tables, in which concurrent changes share a transaction; all
/// others use the framework's storage.
/// </summary>
internal sealed class GrainStates(IGrainStorage others, EnvelopeStorage envelopes, GroupedStateTable table, IGrainStorageSerializer serializer) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>The stored elements of states in memory, to write only those that changed.</summary>
    private readonly ConditionalWeakTable<object, IReadOnlyDictionary<string, object>> known = [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        grainState is IGrainState<IngestionRecord> envelope ? envelopes.ReadAsync(grainId, envelope)
        : StateNames.Grouped.Contains(stateName) ? ReadAsync(stateName, grainId, grainState)
        : others.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        grainState is IGrainState<IngestionRecord> envelope ? envelopes.WriteAsync(grainId, envelope)
        : StateNames.Grouped.Contains(stateName) ? WriteAsync(stateName, grainId, grainState)
        : others.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        grainState is IGrainState<IngestionRecord> envelope ? envelopes.ClearAsync(grainId, envelope)
        : StateNames.Grouped.Contains(stateName) ? ClearAsync(stateName, grainId, grainState)
        : others.ClearStateAsync(stateName, grainId, grainState);

    public void Participate(ISiloLifecycle lifecycle) => (others as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    private async Task ReadAsync<T>(string stateName, GrainId grainId, IGrainState<T> state)
    {
        var row = await table.ReadAsync(stateName, grainId.Key.ToString()!);
        state.RecordExists = row is not null;
        state.ETag = row is null ? null : RowVersion.Text(row.Version);
        state.State = row is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(new BinaryData(row.Content))!;
        if (state.State is not IStateWithElements collection)
            return;
        if (row is { Elements.Count: > 0 })
            state.State = (T)(collection = collection.With(row.Elements.Select(element => new BinaryData(element)), serializer));
        known.AddOrUpdate(state, collection.Elements);
    }

    private async Task WriteAsync<T>(string stateName, GrainId grainId, IGrainState<T> state)
    {
        var version = RowVersion.New();
        var elements = (state.State as IStateWithElements)?.Elements;
        var changes = elements is null ? ElementChanges.None : await ChangesAsync(stateName, grainId, state, elements);
        if (!await table.WriteAsync(stateName, grainId.Key.ToString()!, RowVersion.Of(state.ETag), version, serializer.Serialize(state.State).ToArray(), changes))
            throw RowVersion.Conflict(stateName, grainId.ToString(), state.ETag);
        state.ETag = RowVersion.Text(version);
        state.RecordExists = true;
        if (elements is not null)
            known.AddOrUpdate(state, elements);
    }

    private async Task<ElementChanges> ChangesAsync<T>(string stateName, GrainId grainId, IGrainState<T> state, IReadOnlyDictionary<string, object> elements)
    {
        if (!known.TryGetValue(state, out var before))
        {
            // Not read into this object, for example because the grain moved to this silo with its state.
            var stored = new GrainState<T>();
            await ReadAsync(stateName, grainId, stored);
            before = ((IStateWithElements)stored.State!).Elements;
        }
        return new ElementChanges(
            [.. elements.Where(element => !(before.TryGetValue(element.Key, out var same) && same.Equals(element.Value))).Select(element => (element.Key, serializer.Serialize(element.Value).ToArray()))],
            [.. before.Keys.Where(key => !elements.ContainsKey(key))]);
    }

    private async Task ClearAsync<T>(string stateName, GrainId grainId, IGrainState<T> state)
    {
        if (RowVersion.Of(state.ETag) is { } version && !await table.DeleteAsync(stateName, grainId.Key.ToString()!, version))
            throw RowVersion.Conflict(stateName, grainId.ToString(), state.ETag);
        state.State = Activator.CreateInstance<T>();
        state.ETag = null;
        state.RecordExists = false;
        known.Remove(state);
    }
}
