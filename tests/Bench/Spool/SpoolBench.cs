using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MtaSts.Bench.Measuring;
using MtaSts.Peers;
using MtaSts.Storage;

namespace MtaSts.Bench.Spool;

/// <summary>Reports per second that the spool has on the disk before it answers, beside a plain file to which the same bytes are appended with an fsync after each.</summary>
internal static class SpoolBench
{
    private const int Clients = 32;

    /// <summary>About what a small report takes.</summary>
    private const int ReportBytes = 600;

    public static async IAsyncEnumerable<Comparison> RunAsync(Settings settings)
    {
        var rounds = await Rounds.Alternate(settings, () => OursAsync(settings.Round), () => Task.FromResult(Plain(settings.Round)));
        yield return new Comparison("reports spooled/s, on the disk before the answer", "plain appends, fsync after each", rounds[0], rounds[1]) { Note = $"{Clients} at once share a transaction, {ReportBytes} bytes each" };
    }

    private static async Task<double> OursAsync(TimeSpan duration)
    {
        using var folder = new TempFolder();
        await using var queue = await LocalQueue.OpenAsync(
            folder["spool"], new LocalQueueLimits(long.MaxValue / 2, int.MaxValue, 0), TimeSpan.Zero, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var report = new QueuedReport("source.https", now, $"token-{client}", true, "192.0.2.1", null, new byte[ReportBytes]);
            var count = 0;
            for (; watch.Elapsed < duration; count++)
            {
                if (await queue.AppendAsync(report) is not AppendResult.Stored)
                    throw new InvalidOperationException("The spool refused a report.");
            }
            return count;
        })));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static double Plain(TimeSpan duration)
    {
        using var folder = new TempFolder();
        using var file = new FileStream(folder["plain"], FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var bytes = new byte[ReportBytes];
        var count = 0;
        var watch = Stopwatch.StartNew();
        for (; watch.Elapsed < duration; count++)
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        return count / watch.Elapsed.TotalSeconds;
    }
}
