using System.Collections.Concurrent;
using System.Net;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;

namespace MtaSts.EndToEnd;

/// <summary>Senders of which each delivers a report once, whatever the answer, and then the next one.</summary>
internal sealed class ReportStream(HostProcess host, Uri intake, string domain)
{
    /// <summary>Of a sender that found nobody: trying at once would take the processor from the host that is being started.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private volatile bool ended;
    private int sent;
    private int refused;
    private long slowest;

    /// <summary>Answered 201.</summary>
    public ConcurrentDictionary<int, bool> Acknowledged { get; } = new();

    public int Sent => Volatile.Read(ref sent);

    public int Refused => Volatile.Read(ref refused);

    public TimeSpan Slowest => TimeSpan.FromTicks(Volatile.Read(ref slowest));

    public Task StartAsync(int senders, TimeSpan pace) => Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(async () =>
    {
        while (!ended)
        {
            await SendAsync(Interlocked.Increment(ref sent) - 1);
            await Task.Delay(pace);
        }
    })));

    public Task EndAsync(Task senders)
    {
        ended = true;
        return senders;
    }

    public override string ToString() => $"{Sent} reports sent, {Acknowledged.Count} acknowledged, {Refused} refused";

    private async Task SendAsync(int number)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        try
        {
            using var content = new ByteArrayContent(ReportWriter.Write(NumberedReport.Of(number, domain)));
            using var response = await host.Client.PostAsync(intake, content);
            if (response.StatusCode == HttpStatusCode.Created)
                Acknowledged.TryAdd(number, true);
            else
                Interlocked.Increment(ref refused);
            Volatile.Write(ref slowest, Math.Max(Volatile.Read(ref slowest), watch.Elapsed.Ticks));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            // The host is being started again, or was killed before its answer: this report does not come back.
            await Task.Delay(PauseAfterFailure);
        }
    }
}
