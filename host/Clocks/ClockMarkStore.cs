using System.Text.Json;
using MtaSts.Grains.Clocks;
using MtaSts.Storage;

namespace MtaSts.Host.Clocks;

/// <summary>Stores clock marks.</summary>
internal sealed class ClockMarkStore(Store store)
{
    /// <summary>Older marks of other runs are deleted: every reboot leaves one, and they are of no use.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task<IReadOnlyList<ClockMark>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(cancellationToken);
        await using var read = connection.CreateCommand();
        read.CommandText = "SELECT Mark FROM ClockMark";
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        var marks = new List<ClockMark>();
        while (await rows.ReadAsync(cancellationToken))
            marks.Add(JsonSerializer.Deserialize<ClockMark>(rows.GetString(0))!);
        return marks;
    }

    /// <summary>Writes a mark; an earlier mark, of a process that was slow to write, does not replace a later one.</summary>
    public async Task WriteAsync(ClockMark mark, CancellationToken cancellationToken)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(cancellationToken);
        await using var write = connection.CreateCommand();
        write.CommandText = """
            INSERT INTO ClockMark (Boot, ServiceTicks, Mark) VALUES (@boot, @ticks, @mark)
            ON CONFLICT (Boot) DO UPDATE SET ServiceTicks = excluded.ServiceTicks, Mark = excluded.Mark WHERE ClockMark.ServiceTicks <= excluded.ServiceTicks
            """;
        write.Add("boot", mark.Boot ?? "");
        write.Add("ticks", mark.Time.UtcTicks);
        write.Add("mark", JsonSerializer.Serialize(mark));
        await write.ExecuteNonQueryAsync(cancellationToken);
        await using var forget = connection.CreateCommand();
        forget.CommandText = "DELETE FROM ClockMark WHERE ServiceTicks < @ticks";
        forget.Add("ticks", (mark.Time - Kept).UtcTicks);
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }
}
