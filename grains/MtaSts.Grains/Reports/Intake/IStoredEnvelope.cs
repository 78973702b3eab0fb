using MtaSts.Grains.Storage;

namespace MtaSts.Grains.Reports;

/// <summary>A stored envelope during processing.</summary>
internal interface IStoredEnvelope
{
    string Id { get; }

    /// <summary>The stored record.</summary>
    IngestionRecord Record { get; }

    /// <summary>Makes the next record durable. Throws <see cref="Orleans.Storage.InconsistentStateException"/> when another writer has changed it meanwhile.</summary>
    Task Write(IngestionRecord next);

    /// <summary>Deletes the record and the bytes.</summary>
    Task Delete();
}

/// <summary>A row of the table of envelopes and its version.</summary>
internal sealed class StoredEnvelope(EnvelopeStorage storage, string id, IngestionRecord record) : IStoredEnvelope
{
    private long? version;

    public string Id => id;

    public IngestionRecord Record { get; private set; } = record;

    /// <returns>False: it is already stored.</returns>
    public async Task<bool> Insert()
    {
        version = await storage.WriteAsync(id, null, Record);
        Record = Record with { IsRawStored = true };
        return version is not null;
    }

    public async Task Write(IngestionRecord next)
    {
        version = await storage.WriteAsync(id, version, next) ?? throw EnvelopeStorage.Conflict(id, version);
        Record = next;
    }

    public async Task Delete()
    {
        if (!await storage.DeleteAsync(id, version!.Value))
            throw EnvelopeStorage.Conflict(id, version);
    }
}
