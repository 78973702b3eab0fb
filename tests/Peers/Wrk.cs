using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MtaSts.Peers;

/// <summary>The load generator wrk from Debian's package: keep-alive connections that each send the next request after the answer.</summary>
public static partial class Wrk
{
    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Missing => Peer.FindProgram("wrk") is null ? "wrk is not installed (Debian package wrk)." : null;

    /// <summary>Loads <paramref name="url"/> with one thread; returns the number of requests. Throws when any request failed.</summary>
    public static async Task<int> RunAsync(Uri url, string host, int connections, TimeSpan duration, int? core = null)
    {
        var program = Peer.RequireProgram("wrk", "wrk");
        var (file, arguments) = Pinned.On(core, program, "-t1", $"-c{connections}", string.Create(CultureInfo.InvariantCulture, $"-d{Math.Ceiling(duration.TotalSeconds)}s"), "-H", $"Host: {host}", url.AbsoluteUri);
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"wrk ended with {process.ExitCode}:\n{output}{await error}");
        return int.Parse(Requests().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"([0-9]+) requests in ")]
    private static partial Regex Requests();
}
