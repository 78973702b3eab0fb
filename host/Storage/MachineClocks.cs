using System.Globalization;
using MtaSts.Grains.Clocks;

namespace MtaSts.Host.Storage;

/// <summary>Reads the machine's clocks. On Linux the kernel tells how long it has run, sleep included, and names each run; elsewhere only the system's clock is read.</summary>
internal sealed class MachineClocks(TimeProvider system)
{
    private const string BootId = "/proc/sys/kernel/random/boot_id";
    private const string Uptime = "/proc/uptime";

    public ClockReading Read()
    {
        var wall = system.GetUtcNow();
        try
        {
            var boot = File.ReadAllText(BootId).Trim();
            var uptime = File.ReadAllText(Uptime);
            return boot.Length > 0 && double.TryParse(uptime.AsSpan(0, Math.Max(0, uptime.IndexOf(' ', StringComparison.Ordinal))), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                ? new ClockReading(wall, boot, TimeSpan.FromSeconds(seconds))
                : new ClockReading(wall);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new ClockReading(wall); // Not Linux, or hidden from the service.
        }
    }
}
