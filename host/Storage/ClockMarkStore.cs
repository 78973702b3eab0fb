using System.Text.Json;
using MtaSts.Grains.Clocks;

namespace MtaSts.Host.Storage;

/// <summary>Stores what is known of time.</summary>
internal sealed class ClockMarkStore(Store store)
{
    /// <summary>Marks of other runs that lie further behind tell nothing: every reboot leaves one.</summary>
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

    /// <summary>Writes a mark; an earlier one, of a process that was slow to write, does not take the place of a later.</summary>
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
