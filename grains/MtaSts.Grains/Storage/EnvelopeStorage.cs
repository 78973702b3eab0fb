using MtaSts.Grains.Reports;
using MtaSts.Storage;
using Orleans.Storage;

namespace MtaSts.Grains.Storage;

/// <summary>Envelopes in their own tables: the bytes are written once.</summary>
internal class EnvelopeStorage(EnvelopeTable table, IGrainStorageSerializer serializer)
{
    public async Task ReadAsync(GrainId grainId, IGrainState<IngestionRecord> state)
    {
        var row = await table.ReadAsync(Id(grainId));
        state.RecordExists = row is not null;
        state.ETag = row is null ? null : RowVersion.Text(row.Version);
        state.State = row is null ? new IngestionRecord() : Record(row);
    }

    /// <returns>Null when there is no such envelope.</returns>
    public virtual async Task<IngestionRecord?> FindAsync(string id) => await table.ReadAsync(id) is { } row ? Record(row) : null;

    public async Task WriteAsync(GrainId grainId, IGrainState<IngestionRecord> state)
    {
        var version = await WriteAsync(Id(grainId), RowVersion.Of(state.ETag), state.State!) ?? throw Conflict(Id(grainId), RowVersion.Of(state.ETag));
        state.State = state.State! with { IsRawStored = state.State!.Raw.Length > 0 };
        state.ETag = RowVersion.Text(version);
        state.RecordExists = true;
    }

    public async Task ClearAsync(GrainId grainId, IGrainState<IngestionRecord> state)
    {
        if (RowVersion.Of(state.ETag) is { } version && !await DeleteAsync(Id(grainId), version))
            throw Conflict(Id(grainId), version);
        state.State = new IngestionRecord();
        state.ETag = null;
        state.RecordExists = false;
    }

    /// <summary>Writes a record, and its bytes unless they are stored.</summary>
    /// <param name="id">The envelope's id.</param>
    /// <param name="before">The version to replace; null: the envelope must not exist.</param>
    /// <param name="record">The record.</param>
    /// <returns>The new version; null when the stored version differs: nothing was written.</returns>
    public virtual async Task<long?> WriteAsync(string id, long? before, IngestionRecord record)
    {
        var change = record.Raw.Length == 0 ? RawChange.Remove : record.IsRawStored ? RawChange.None : RawChange.Add;
        var row = new EnvelopeRow(RowVersion.New(), serializer.Serialize(record).ToArray(), record.Raw)
        {
            Lane = (int)(StableHash.Of(id) % IIngestionLaneGrain.Lanes),
            IsOpen = record.IsOpen,
            RetryAt = record.DkimRetry?.Due,
        };
        return await table.WriteAsync(id, before, row, change) ? row.Version : null;
    }

    /// <returns>False: another version is stored; nothing was deleted.</returns>
    public virtual Task<bool> DeleteAsync(string id, long version) => table.DeleteAsync(id, version);

    /// <summary>The exception of a writer whose version is not the stored one.</summary>
    public static InconsistentStateException Conflict(string id, long? version) => RowVersion.Conflict(StateNames.Ingestion, id, version is { } known ? RowVersion.Text(known) : null);

    private IngestionRecord Record(EnvelopeRow row) => serializer.Deserialize<IngestionRecord>(new BinaryData(row.Facts))! with { Raw = row.Raw ?? [], IsRawStored = row.Raw is not null };

    private static string Id(GrainId grainId) => grainId.Key.ToString()!;
}
