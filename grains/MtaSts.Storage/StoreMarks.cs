using System.Globalization;

namespace MtaSts.Storage;

/// <summary>One-time actions in this store, which must not be repeated even if their result was deleted.</summary>
internal sealed class StoreMarks(Store store, TimeProvider clock)
{
    /// <summary>The administrator and the workspace of the first start were created.</summary>
    public const string Bootstrap = "bootstrap";

    public async Task<bool> IsSetAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM StoreMark WHERE Name = @name";
        command.Add("name", name);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    public async Task SetAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO StoreMark (Name, SetAt) VALUES (@name, @at) ON CONFLICT (Name) DO NOTHING";
        command.Add("name", name);
        command.Add("at", clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
