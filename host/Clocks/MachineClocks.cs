using System.Globalization;
using MtaSts.Grains.Clocks;

namespace MtaSts.Host.Clocks;

/// <summary>Reads the machine's clocks. On Linux the kernel counts the time since its boot, sleep included, and names each boot; elsewhere only the system clock is read.</summary>
/// <param name="system">The system clock.</param>
/// <param name="proc">Folder of the kernel's files.</param>
internal sealed class MachineClocks(TimeProvider system, string proc = "/proc")
{
    private readonly string? boot = Text(proc, "sys/kernel/random/boot_id")?.Trim();

    /// <summary>The offset of this process's time namespace. It is set when the namespace is created and does not change.</summary>
    private readonly TimeSpan namespaceOffset = Offset(Text(proc, "self/timens_offsets"));

    public ClockReading Read()
    {
        var wall = system.GetUtcNow();
        return boot is { Length: > 0 } && Text(proc, "uptime")?.Split(' ') is [var uptime, ..] && double.TryParse(uptime, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? new ClockReading(wall, boot, TimeSpan.FromSeconds(seconds) - namespaceOffset)
            : new ClockReading(wall);
    }

    /// <summary>Lines of a clock's name, seconds and nanoseconds; the file is missing where the kernel does not support time namespaces.</summary>
    private static TimeSpan Offset(string? offsets)
    {
        foreach (var line in (offsets ?? "").Split('\n'))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["boottime", var seconds, ..] && long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                return TimeSpan.FromSeconds(whole);
        }
        return TimeSpan.Zero;
    }

    private static string? Text(string proc, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(proc, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // Not Linux, or hidden from the service.
        }
    }
}
