using System.Data.Common;
using System.Text;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>The store's rows as they lie in the database, past everything that reads them otherwise.</summary>
internal static class StoredRows
{
    public static async Task<IReadOnlyList<(string State, string Key, string Content)>> ReadAsync(DbConnection opened)
    {
        await using var connection = opened;
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT GrainTypeString, GrainIdExtensionString, PayloadBinary FROM GrainState WHERE PayloadBinary IS NOT NULL";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string, string)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetString(0), await reader.IsDBNullAsync(1) ? "" : reader.GetString(1), Encoding.UTF8.GetString((byte[])reader[2])));
        return rows;
    }
}
