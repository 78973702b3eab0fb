using MtaSts.Host.Clocks;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

public sealed class MachineClocksTests : IDisposable
{
    private static readonly TimeSpan Uptime = TimeSpan.FromSeconds(13_671.5);

    private readonly TempFolder proc = new();

    public void Dispose() => proc.Dispose();

    /// <summary>A time namespace shifts the count since boot for the processes in it: a restart in another namespace must not look like days that have passed.</summary>
    [Theory]
    [InlineData(null, "13671.50 4778.99\n")]
    [InlineData("monotonic           0         0\nboottime            0         0\n", "13671.50 4778.99\n")]
    [InlineData("monotonic     1728000         0\nboottime      1728000         0\n", "1741671.50 4778.99\n")]
    [InlineData("boottime      -10000         0\n", "3671.50 4778.99\n")]
    public void Read_ProcessInATimeNamespace_TellsTheTimeSinceTheBoot(string? offsets, string uptime)
    {
        Write("sys/kernel/random/boot_id", "0302d9ac-7461-4e84-b37c-4a0db7d86490\n");
        Write("uptime", uptime);
        if (offsets is not null)
            Write("self/timens_offsets", offsets);

        var reading = new MachineClocks(TimeProvider.System, proc.Path).Read();

        Assert.Equal("0302d9ac-7461-4e84-b37c-4a0db7d86490", reading.Boot);
        Assert.Equal(Uptime, reading.SinceBoot);
    }

    [Theory]
    [InlineData(null, "13671.50 4778.99\n")]
    [InlineData("", "13671.50 4778.99\n")]
    [InlineData("0302d9ac\n", null)]
    [InlineData("0302d9ac\n", "")]
    [InlineData("0302d9ac\n", "unknown\n")]
    public void Read_KernelDoesNotTell_HasTheSystemClockAlone(string? boot, string? uptime)
    {
        if (boot is not null)
            Write("sys/kernel/random/boot_id", boot);
        if (uptime is not null)
            Write("uptime", uptime);

        Assert.Null(new MachineClocks(TimeProvider.System, proc.Path).Read().Boot);
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(proc.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
