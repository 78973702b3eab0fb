using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using MtaSts.Peers;
using Npgsql;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>The store's rows as they lie in the database, past everything that reads them otherwise.</summary>
internal static class StoredRows
{
    /// <summary>On either engine.</summary>
    public static Task<IReadOnlyList<(string State, string Key, string Content)>> OfAsync(TempStore store) => ReadAsync(Open(store));

    /// <summary>The grains that have reminders.</summary>
    public static async Task<IReadOnlyList<string>> RemindersOfAsync(TempStore store)
    {
        await using var connection = Open(store);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT GrainId FROM Reminder";
        await using var reader = await command.ExecuteReaderAsync();
        var grains = new List<string>();
        while (await reader.ReadAsync())
            grains.Add(reader.GetString(0));
        return grains;
    }

    /// <summary>Deletes the rows of a state that is written by itself, as if they had never been written.</summary>
    public static async Task DeleteAsync(TempStore store, string state)
    {
        await using var connection = Open(store);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM GrainState WHERE GrainTypeString = @state";
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("state", state);
        command.Parameters.Add(parameter);
        await command.ExecuteNonQueryAsync();
    }

    private static DbConnection Open(TempStore store) =>
        store.Provider == "PostgreSql" ? new NpgsqlConnection(store.ConnectionString + ";Pooling=false") : new SqliteConnection(store.ConnectionString + ";Pooling=false");

    private static async Task<IReadOnlyList<(string State, string Key, string Content)>> ReadAsync(DbConnection opened)
    {
        await using var connection = opened;
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT GrainTypeString, GrainIdExtensionString, PayloadBinary FROM GrainState WHERE PayloadBinary IS NOT NULL "
            + "UNION ALL SELECT Name, Key, Content FROM GroupedState UNION ALL SELECT Name, Key, Content FROM GroupedElement UNION ALL SELECT 'ingestion', Id, Facts FROM Envelope UNION ALL SELECT 'ingestion-raw', Id, Raw FROM EnvelopeRaw UNION ALL SELECT 'ingestion-raw', Id, Raw FROM Envelope WHERE Raw IS NOT NULL";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string, string)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetString(0), await reader.IsDBNullAsync(1) ? "" : reader.GetString(1), Encoding.UTF8.GetString((byte[])reader[2])));
        return rows;
    }
}
