using System.Collections.Concurrent;
using System.Net;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>kill -9 while reports pour in: what was acknowledged is counted, and counted once.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const string Domain = "crash.example";
    private const int Senders = 16;
    private const int LongestMoment = 60; // milliseconds after the acknowledgement that a kill waits for
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Of a sender that found nobody: trying at once would take the processor from the host that is being started.</summary>
    private static readonly TimeSpan LongerPause = TimeSpan.FromMilliseconds(100);

    private static int Reports => LongFormAttribute.IsOn ? 2_000 : 300;

    private static int Kills => LongFormAttribute.IsOn ? 200 : 4;

    [Fact]
    public async Task Ingestion_KilledAtRandomMoments_CountsEveryAcknowledgedReportOnce()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {Kills} kills");
        var random = new Random(seed);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var api = new ApiClient(host);
        var claimed = await api.PostAsync("domains", new { name = Domain });
        var intake = new Uri(host.GatewayUrl, "/tlsrpt/" + ((string)claimed["reportAddress"]!).Split('@')[0]);
        var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, Reports));
        var acknowledged = 0;
        var tries = 0;
        using var end = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                if (!waiting.TryDequeue(out var number))
                {
                    await Task.Delay(Pause);
                    continue;
                }
                Interlocked.Increment(ref tries);
                if (await SendAsync(host, intake, number))
                    Interlocked.Increment(ref acknowledged);
                else
                {
                    waiting.Enqueue(number);
                    await Task.Delay(LongerPause);
                }
            }
        })).ToArray();

        for (var kill = 0; kill < Kills; kill++)
        {
            var from = Reports * kill / Kills;
            var moment = from + random.Next(Reports / Kills);
            await Poll.Until(() => Volatile.Read(ref acknowledged) >= moment, Limit, $"acknowledgement {moment}");
            await Task.Delay(random.Next(LongestMoment));
            await host.KillAsync();
            await host.StartAgainAsync();
        }
        await Poll.Until(() => Volatile.Read(ref acknowledged) == Reports, Limit, "every report is acknowledged");
        await end.CancelAsync();
        await Task.WhenAll(senders);
        // What was acknowledged may be sent again: a sender that did not hear the answer does.
        for (var number = 0; number < Reports; number += 100)
            Assert.True(await SendAsync(host, intake, number));

        await Poll.Until(async () => (int)(await CardAsync(api))["reports"]! == Reports, Limit, "every report is counted");
        var card = await CardAsync(api);
        Assert.Equal(Enumerable.Range(0, Reports).Sum(NumberedReport.Sessions), (long)card["sessions"]!["successful"]!);
        Assert.Equal(Reports, (int)card["reports"]!);
        Assert.Empty((await api.GetAsync("quarantine"))["items"]!.AsArray());
        output.WriteLine($"{tries} deliveries for {Reports} reports");
    }

    private static Task<System.Text.Json.Nodes.JsonNode> CardAsync(ApiClient api) => api.GetAsync($"domains/{Domain}/scorecard");

    private static async Task<bool> SendAsync(HostProcess host, Uri intake, int number)
    {
        try
        {
            using var content = new ByteArrayContent(ReportWriter.Write(NumberedReport.Of(number, Domain)));
            using var response = await host.Client.PostAsync(intake, content);
            return response.StatusCode == HttpStatusCode.Created;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
