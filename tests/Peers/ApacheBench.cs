using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MtaSts.Peers;

/// <summary>
/// The load generator ab from Debian's package: a new connection for each request, and with TLS a full handshake, as senders do. wrk resumes the
/// session of the connection it closed, so that it measures resumed handshakes.
/// </summary>
public static partial class ApacheBench
{
    /// <summary>More than any run reaches; the duration ends it.</summary>
    private const int MaxRequests = 100_000_000;

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Missing => Peer.FindProgram("ab") is null ? "ab is not installed (Debian package apache2-utils)." : null;

    /// <summary>Loads <paramref name="url"/> with one thread; returns the number of requests. Throws when any request failed.</summary>
    /// <param name="host">Header Host, and the server name of TLS.</param>
    public static async Task<int> RunAsync(Uri url, string host, int connections, TimeSpan duration, int? core = null)
    {
        var program = Peer.RequireProgram("ab", "apache2-utils");
        var (file, arguments) = Pinned.On(core, program, "-q", "-t", string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(duration.TotalSeconds)}"), "-n", $"{MaxRequests}", "-c", $"{connections}", "-H", $"Host: {host}", url.AbsoluteUri);
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 || !AllAnswered().IsMatch(output) || output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"ab ended with {process.ExitCode}:\n{output}{await error}");
        return int.Parse(Complete().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Failed requests:\s+0\b")]
    private static partial Regex AllAnswered();

    [GeneratedRegex(@"Complete requests:\s+([0-9]+)")]
    private static partial Regex Complete();
}
