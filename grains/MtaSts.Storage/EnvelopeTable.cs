using System.Data.Common;

namespace MtaSts.Storage;

/// <summary>A row of the table of envelopes.</summary>
/// <param name="Version">Version of the row; a writer passes the version that it read.</param>
/// <param name="Facts">The envelope's facts as JSON.</param>
/// <param name="Raw">The bytes as they arrived; null when they were removed.</param>
internal sealed record EnvelopeRow(long Version, byte[] Facts, byte[]? Raw)
{
    /// <summary>The lane that continues processing after a crash, and repeats the check of the signatures.</summary>
    public int Lane { get; init; }

    /// <summary>Whether processing is unfinished.</summary>
    public bool IsOpen { get; init; }

    /// <summary>When the check of the signatures is repeated; null: never. Whole seconds.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>What happens to the bytes when the facts are written.</summary>
internal enum RawChange
{
    /// <summary>They are kept.</summary>
    None,

    /// <summary>They are added, unless present.</summary>
    Add,

    /// <summary>They are deleted.</summary>
    Remove,
}

/// <summary>Received reports: the bytes, written once, and the facts, rewritten at each step.</summary>
internal sealed class EnvelopeTable(Store store, StoreWriter writer)
{
    /// <summary>Bytes of a part. Below the large-object thresholds of the garbage collector and the C library.</summary>
    internal const int PartBytes = 64 * 1024;

    /// <summary>Bytes up to which raw bytes are in the row: one statement less, and most reports are smaller. Larger ones would be copied at each change of the row.</summary>
    internal const int InlineBytes = 4 * 1024;

    private const string Insert = "INSERT INTO Envelope (Id, Version, Lane, IsOpen, RetryAt, Facts, Raw) VALUES (@id, @version, @lane, @open, @retry, @facts, @raw) ON CONFLICT (Id) DO NOTHING";
    private const string Update = "UPDATE Envelope SET Version = @version, Lane = @lane, IsOpen = @open, RetryAt = @retry, Facts = @facts WHERE Id = @id AND Version = @before";
    private const string UpdateWithRaw = "UPDATE Envelope SET Version = @version, Lane = @lane, IsOpen = @open, RetryAt = @retry, Facts = @facts, Raw = @raw WHERE Id = @id AND Version = @before";
    private const string Delete = "DELETE FROM Envelope WHERE Id = @id AND Version = @before";

    // InsertRaw and DeleteRaw take effect only if the row has the new version; DeleteOrphan only if the row does not exist.
    private const string InsertRaw = "INSERT INTO EnvelopeRaw (Id, Part, Raw) SELECT @id, @part, @raw FROM Envelope WHERE Id = @id AND Version = @version ON CONFLICT (Id, Part) DO NOTHING";
    private const string DeleteRaw = "DELETE FROM EnvelopeRaw WHERE Id = @id AND EXISTS (SELECT 1 FROM Envelope WHERE Id = @id AND Version = @version)";
    private const string DeleteOrphan = "DELETE FROM EnvelopeRaw WHERE Id = @id AND NOT EXISTS (SELECT 1 FROM Envelope WHERE Id = @id)";

    /// <summary>Writes a row.</summary>
    /// <param name="id">The envelope's id.</param>
    /// <param name="before">The version that is replaced; null: the row must not exist.</param>
    /// <param name="row">What to write. Its version must never have been used for this envelope.</param>
    /// <param name="change">What happens to the bytes.</param>
    /// <returns>False: another writer has changed or deleted the row; nothing was changed.</returns>
    public async Task<bool> WriteAsync(string id, long? before, EnvelopeRow row, RawChange change)
    {
        var isInline = change == RawChange.Add && row.Raw!.Length <= InlineBytes;
        List<(string, object)> values =
        [
            ("id", id), ("version", row.Version), ("lane", row.Lane), ("open", row.IsOpen ? 1 : 0), ("retry", row.RetryAt?.ToUnixTimeSeconds() ?? (object)DBNull.Value), ("facts", row.Facts),
        ];
        if (before is { } known)
            values.Add(("before", known));
        if (before is null || change != RawChange.None)
            values.Add(("raw", isInline ? row.Raw! : DBNull.Value));
        var facts = new StoreStatement(before is null ? Insert : change == RawChange.None ? Update : UpdateWithRaw, [.. values]);
        return 1 == await (change switch
        {
            RawChange.Add when !isInline => writer.WriteAsync(id, [facts, .. row.Raw!.Chunk(PartBytes).Select((part, number) => new StoreStatement(InsertRaw, ("id", id), ("part", number), ("raw", part), ("version", row.Version)))]),
            RawChange.Remove => writer.WriteAsync(id, facts, new StoreStatement(DeleteRaw, ("id", id), ("version", row.Version))),
            _ => writer.WriteAsync(id, facts),
        });
    }

    /// <returns>False: another writer has changed or deleted the row; nothing was changed.</returns>
    public async Task<bool> DeleteAsync(string id, long before) =>
        1 == await writer.WriteAsync(id, new StoreStatement(Delete, ("id", id), ("before", before)), new StoreStatement(DeleteOrphan, ("id", id)));

    /// <returns>Null: there is no such envelope.</returns>
    public async Task<EnvelopeRow?> ReadAsync(string id)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT Version, Facts, Raw, (SELECT sum(length(Raw)) FROM EnvelopeRaw WHERE Id = @id) FROM Envelope WHERE Id = @id";
        command.Add("id", id);
        EnvelopeRow row;
        await using (var reader = await command.ExecuteReaderAsync())
        {
            if (!await reader.ReadAsync())
                return null;
            if (!await reader.IsDBNullAsync(2))
                return new EnvelopeRow(reader.GetInt64(0), (byte[])reader[1], (byte[])reader[2]);
            row = new EnvelopeRow(reader.GetInt64(0), (byte[])reader[1], await reader.IsDBNullAsync(3) ? null : GC.AllocateUninitializedArray<byte>(checked((int)reader.GetInt64(3))));
        }
        return row.Raw is null ? row : row with { Raw = await ReadPartsAsync(command, row.Raw) };
    }

    /// <summary>Null: the bytes were removed since their size was read.</summary>
    private static async Task<byte[]?> ReadPartsAsync(DbCommand command, byte[] raw)
    {
        command.CommandText = "SELECT Raw FROM EnvelopeRaw WHERE Id = @id ORDER BY Part";
        await using var reader = await command.ExecuteReaderAsync();
        var at = 0;
        while (await reader.ReadAsync())
            at += (int)reader.GetBytes(0, 0, raw, at, raw.Length - at);
        return at == raw.Length ? raw : null;
    }

    /// <summary>The envelopes of a lane with unfinished processing.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="limit">Maximum number.</param>
    public Task<IReadOnlyList<string>> ListOpenAsync(int lane, int limit) => ListAsync("SELECT Id FROM Envelope WHERE IsOpen = 1 AND Lane = @lane ORDER BY Id LIMIT @limit", lane, limit);

    /// <summary>The envelopes of a lane whose signatures must be checked again by this time, the longest due first.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="until">The time.</param>
    /// <param name="limit">Maximum number.</param>
    public Task<IReadOnlyList<string>> ListRetriesAsync(int lane, DateTimeOffset until, int limit) =>
        ListAsync("SELECT Id FROM Envelope WHERE Lane = @lane AND RetryAt <= @until ORDER BY RetryAt LIMIT @limit", lane, limit, ("until", until.ToUnixTimeSeconds()));

    private async Task<IReadOnlyList<string>> ListAsync(string query, int lane, int limit, params (string Name, object Value)[] more)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        foreach (var (name, value) in more.Prepend(("limit", limit)).Prepend(("lane", lane)))
            command.Add(name, value);
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<string>();
        while (await reader.ReadAsync())
            ids.Add(reader.GetString(0));
        return ids;
    }
}
