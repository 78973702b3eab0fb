using System.Diagnostics;
using System.Globalization;
using MtaSts.Peers;

namespace MtaSts.Bench.Gateway;

/// <summary>Result of loading a server for one round.</summary>
/// <param name="PerCore">Requests per second of the server's processor time: what one core of its own would answer, whatever else uses the machine.</param>
/// <param name="PerSecond">Requests per second.</param>
internal sealed record LoadResult(double PerCore, double PerSecond);

/// <summary>A server under load.</summary>
/// <param name="Url">What is requested.</param>
/// <param name="Ids">Its processes, without their children.</param>
internal sealed record LoadedServer(Uri Url, params int[] Ids)
{
    public const int Connections = 32;
    private const int LoadCore = 1;

    /// <summary>Connections that are kept open, by wrk.</summary>
    public Task<LoadResult> KeptOpenAsync(TimeSpan duration) => MeasureAsync(() => Wrk.RunAsync(Url, DemoGateway.Host, Connections, duration, LoadCore));

    /// <summary>A new connection for each request, by ab.</summary>
    public Task<LoadResult> NewConnectionsAsync(TimeSpan duration) => MeasureAsync(() => ApacheBench.RunAsync(Url, DemoGateway.Host, Connections, duration, LoadCore));

    private async Task<LoadResult> MeasureAsync(Func<Task<int>> load)
    {
        var (used, began) = (ProcessorTime(), Stopwatch.GetTimestamp());
        var requests = await load();
        return new LoadResult(requests / (ProcessorTime() - used).TotalSeconds, requests / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private TimeSpan ProcessorTime() => Ids.SelectMany(id => Children(id).Prepend(id)).Aggregate(TimeSpan.Zero, static (sum, id) =>
    {
        using var process = Process.GetProcessById(id);
        return sum + process.TotalProcessorTime;
    });

    private static IEnumerable<int> Children(int id) =>
        File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static child => int.Parse(child, CultureInfo.InvariantCulture));
}
