using System.Diagnostics;
using MtaSts.Bench.Measuring;
using MtaSts.Host.Spool;
using MtaSts.Modules.Reports;
using MtaSts.Peers;

namespace MtaSts.Bench.Spool;

/// <summary>Envelopes per second that the spool has on the disk before it answers, beside a plain file to which the same bytes are appended with an fsync after each.</summary>
internal static class SpoolBench
{
    private const int Clients = 32;

    /// <summary>About what a small report takes.</summary>
    private const int ReportBytes = 600;

    public static async IAsyncEnumerable<Comparison> RunAsync(Settings settings)
    {
        var rounds = await Rounds.Alternate(settings, () => OursAsync(settings.Round), () => Task.FromResult(Plain(settings.Round)));
        yield return new Comparison("reports spooled/s, on the disk before the answer", "plain appends, fsync after each", rounds[0], rounds[1]) { Note = $"{Clients} at once share an fsync, {ReportBytes} bytes each" };
    }

    private static async Task<double> OursAsync(TimeSpan duration)
    {
        using var folder = new TempFolder();
        using var log = new SpoolLog(SpoolFolder.Open(folder["spool"], DateTimeOffset.UnixEpoch)!, new SpoolOptions { MaxBytes = long.MaxValue / 2, MaxRecords = int.MaxValue, MinFreeBytes = 0 });
        var now = TimeProvider.System.GetUtcNow();
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var envelope = new Envelope("source.https", now, new byte[ReportBytes], $"token-{client}", null, "192.0.2.1");
            var count = 0;
            for (; watch.Elapsed < duration; count++)
            {
                if (await log.AppendAsync(envelope, true) is not Spooled.Kept)
                    throw new InvalidOperationException("The spool refused an envelope.");
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
