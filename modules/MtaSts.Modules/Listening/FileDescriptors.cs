using System.Globalization;

namespace MtaSts.Modules.Listening;

/// <summary>How many files and sockets this process may have open at once (<c>RLIMIT_NOFILE</c>).</summary>
public static class FileDescriptors
{
    /// <summary>Assumed if the system does not state it: macOS' limit for a process.</summary>
    private const int Assumed = 10_240;
    private const string Line = "Max open files";

    /// <summary>
    /// The limit in force. The .NET runtime raises its soft limit to the hard one at start. A process that reaches it can neither accept a connection nor
    /// open its database, so every listener stays well below it: see <see cref="ConnectionLimits.WithinDescriptors"/>.
    /// </summary>
    public static int Limit { get; } = Read("/proc/self/limits");

    internal static int Read(string path)
    {
        if (!File.Exists(path))
            return Assumed;
        var line = File.ReadLines(path).FirstOrDefault(static line => line.StartsWith(Line, StringComparison.Ordinal));
        var soft = line?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        if (soft == "unlimited")
            return int.MaxValue;
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? (int)Math.Min(limit, int.MaxValue) : Assumed;
    }
}
