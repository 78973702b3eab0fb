namespace MtaSts.Storage;

/// <summary>A grain state: its row, and the rows of the elements of its large collection, if it has one.</summary>
/// <param name="Version">Version of the state; a writer passes the version that it read.</param>
/// <param name="Content">The state as JSON, without the elements.</param>
/// <param name="Elements">The elements as JSON, ordered by their key.</param>
internal sealed record GroupedStateRow(long Version, byte[] Content, IReadOnlyList<byte[]> Elements);

/// <summary>Changes of elements, by key.</summary>
/// <param name="Written">New or changed elements as JSON.</param>
/// <param name="Removed">Keys of removed elements.</param>
internal sealed record ElementChanges(IReadOnlyCollection<(string Key, byte[] Content)> Written, IReadOnlyCollection<string> Removed)
{
    public static ElementChanges None { get; } = new([], []);
}

/// <summary>Grain states that are written in one transaction with concurrent changes of others, each element of a large collection in a row of its own.</summary>
internal sealed class GroupedStateTable(Store store, StoreWriter writer)
{
    private const string Insert = "INSERT INTO GroupedState (Name, Key, Version, Content) VALUES (@name, @key, @version, @content) ON CONFLICT (Name, Key) DO NOTHING";
    private const string Update = "UPDATE GroupedState SET Version = @version, Content = @content WHERE Name = @name AND Key = @key AND Version = @before";
    private const string Delete = "DELETE FROM GroupedState WHERE Name = @name AND Key = @key AND Version = @before";

    // They take effect only if the state has the new version; DeleteElements only if the state does not exist.
    private const string WriteElement = "INSERT INTO GroupedElement (Name, Key, Element, Content) SELECT @name, @key, @element, @content FROM GroupedState WHERE Name = @name AND Key = @key AND Version = @version ON CONFLICT (Name, Key, Element) DO UPDATE SET Content = excluded.Content";
    private const string DeleteElement = "DELETE FROM GroupedElement WHERE Name = @name AND Key = @key AND Element = @element AND EXISTS (SELECT 1 FROM GroupedState WHERE Name = @name AND Key = @key AND Version = @version)";
    private const string DeleteElements = "DELETE FROM GroupedElement WHERE Name = @name AND Key = @key AND NOT EXISTS (SELECT 1 FROM GroupedState WHERE Name = @name AND Key = @key)";

    /// <summary>Writes a state.</summary>
    /// <param name="name">Name of the kind of state.</param>
    /// <param name="key">The grain's key.</param>
    /// <param name="before">The version that is replaced; null: the state must not exist.</param>
    /// <param name="version">The new version. It must never have been used for this state.</param>
    /// <param name="content">The state as JSON, without the elements.</param>
    /// <param name="elements">The changes of the elements since <paramref name="before"/>.</param>
    /// <returns>False: another writer has changed or deleted the state; nothing was changed.</returns>
    public async Task<bool> WriteAsync(string name, string key, long? before, long version, byte[] content, ElementChanges elements) => 1 == await writer.WriteAsync(
        name + "/" + key,
        [
            before is { } known
                ? new StoreStatement(Update, ("name", name), ("key", key), ("version", version), ("content", content), ("before", known))
                : new StoreStatement(Insert, ("name", name), ("key", key), ("version", version), ("content", content)),
            .. elements.Written.Select(element => new StoreStatement(WriteElement, ("name", name), ("key", key), ("element", element.Key), ("content", element.Content), ("version", version))),
            .. elements.Removed.Select(element => new StoreStatement(DeleteElement, ("name", name), ("key", key), ("element", element), ("version", version))),
        ]);

    /// <returns>False: another writer has changed or deleted the state; nothing was changed.</returns>
    public async Task<bool> DeleteAsync(string name, string key, long before) => 1 == await writer.WriteAsync(
        name + "/" + key,
        new StoreStatement(Delete, ("name", name), ("key", key), ("before", before)),
        new StoreStatement(DeleteElements, ("name", name), ("key", key)));

    /// <summary>Reads a state. One statement, so that the elements are of the state's version.</summary>
    /// <returns>Null: there is no such state.</returns>
    public async Task<GroupedStateRow?> ReadAsync(string name, string key)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT s.Version, s.Content, e.Content FROM GroupedState s LEFT JOIN GroupedElement e ON e.Name = s.Name AND e.Key = s.Key WHERE s.Name = @name AND s.Key = @key ORDER BY e.Element";
        command.Add("name", name);
        command.Add("key", key);
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
            return null;
        var elements = new List<byte[]>();
        var state = new GroupedStateRow(reader.GetInt64(0), (byte[])reader[1], elements);
        do
        {
            if (!await reader.IsDBNullAsync(2))
                elements.Add((byte[])reader[2]);
        }
        while (await reader.ReadAsync());
        return state;
    }
}
