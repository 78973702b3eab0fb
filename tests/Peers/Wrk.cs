using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MtaSts.Peers;

/// <summary>What wrk measured.</summary>
/// <param name="RequestsPerSecond">All answered with 2xx or 3xx.</param>
/// <param name="P99">99 of 100 requests were answered within it.</param>
public sealed record WrkResult(double RequestsPerSecond, TimeSpan P99);

/// <summary>The load generator wrk from Debian's package: keep-alive connections that each send the next request when the answer is there.</summary>
public static partial class Wrk
{
    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Missing => Peer.FindProgram("wrk") is null ? "wrk is not installed (Debian package wrk)." : null;

    /// <summary>Loads <paramref name="url"/> with one thread. Throws when any request failed.</summary>
    public static async Task<WrkResult> RunAsync(Uri url, string host, int connections, TimeSpan duration, int? core = null)
    {
        var program = Peer.RequireProgram("wrk", "wrk");
        var (file, arguments) = Pinned.On(core, program, "-t1", $"-c{connections}", string.Create(CultureInfo.InvariantCulture, $"-d{Math.Ceiling(duration.TotalSeconds)}s"), "--latency", "-H", $"Host: {host}", url.AbsoluteUri);
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"wrk ended with {process.ExitCode}:\n{output}{await error}");
        var rate = double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        var latency = P99().Match(output);
        var value = double.Parse(latency.Groups[1].Value, CultureInfo.InvariantCulture);
        return new WrkResult(rate, latency.Groups[2].Value switch { "us" => TimeSpan.FromMicroseconds(value), "ms" => TimeSpan.FromMilliseconds(value), _ => TimeSpan.FromSeconds(value) });
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+([0-9.]+)(us|ms|s)")]
    private static partial Regex P99();
}
