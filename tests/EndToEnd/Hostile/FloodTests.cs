using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>
/// Everything hostile at once, at 1,024 open files and 1 GiB of memory: made-up names, idle connections, large forms, junk and bombs to a public report address.
/// Twenty seconds; thirty minutes in the long form.
/// </summary>
[Collection(Alone.Name)]
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int Hosted = 8;
    private const int Descriptors = 1_024;
    private const long Memory = 1024L * 1024 * 1024;
    private static readonly TimeSpan Time = LongFormAttribute.IsOn ? TimeSpan.FromMinutes(30) : TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Flood_OfEverything_KeepsNeitherPoliciesNorReportsFromWhoeverMeansWell()
    {
        await using var bind = await BindServer.StartAsync();
        var smtp = FreePort.Next();
        await using var host = await HostProcess.StartAsync(
            ApiClient.Settings(
                ("Dns:Servers", bind.Address.ToString()), ("Gateway:TrustedNetworks", ""), ("Dashboard:TrustedProxies", ""),
                ("Modules:source_smtp:TrustedNetworks", ""), ("Modules:source_smtp:Smtp", $"127.0.0.1:{smtp}")),
            descriptors: Descriptors);
        using var bound = MemoryBound.TryOf(host.Id, Memory);
        var api = new ApiClient(host);
        var names = new List<string>();
        var address = "";
        for (var i = 0; i < Hosted; i++)
        {
            var domain = $"hosted{i}.test";
            var claimed = await api.PostAsync("domains", new { name = domain });
            address = (string)claimed["reportAddress"]!;
            await api.PutAsync($"domains/{domain}/policy", new { mode = "enforce", mx = new[] { "mx1." + domain }, maxAge = 604_800, @override = true });
            await api.PutAsync($"domains/{domain}/hosting");
            await bind.PublishAsync("mta-sts." + domain, "CNAME", (string)claimed["cnameTarget"]! + ".");
            await api.PostAsync($"domains/{domain}/check");
            await Poll.Until(async () => await PolicyAsync(host, "mta-sts." + domain) == "200", Limit, $"the policy of {domain} is served");
            names.Add("mta-sts." + domain);
        }
        var attacked = $"hosted{Hosted - 1}.test";
        using var memory = new MemoryWatch(host.Id);
        var flood = new Flood(host.GatewayUrl.Port, host.DashboardUrl.Port, smtp, address);
        using var stop = new CancellationTokenSource();
        using var time = new CancellationTokenSource(Time);
        var attack = flood.RunAsync(stop.Token);

        var answers = new ConcurrentDictionary<string, int>();
        var slowest = TimeSpan.Zero;
        var (sent, later) = (0, 0);
        for (var round = 0; !time.IsCancellationRequested; round++)
        {
            var asked = TimeProvider.System.GetTimestamp();
            answers.AddOrUpdate(await PolicyAsync(host, names[round % Hosted]), 1, static (_, count) => count + 1);
            var took = TimeProvider.System.GetElapsedTime(asked);
            slowest = took > slowest ? took : slowest;
            if (round % 10 == 0)
                later += await ReportAsync(host, address, attacked, sent++);
            Assert.False(host.HasExited, host.Output);
            await Task.Delay(Pace, CancellationToken.None);
        }
        await stop.CancelAsync();
        await attack;
        var peak = memory.Peak;

        await Poll.Until(async () => (int)(await api.GetAsync($"domains/{attacked}/scorecard"))["reports"]! == sent, Limit, $"all {sent} reports are counted");
        output.WriteLine($"{flood.Done} attacks in {Time}; policies: {string.Join(", ", answers)}, slowest {slowest.TotalMilliseconds:0} ms; {sent} reports, {later} times told to come later; RSS {peak} MiB at most, {memory.Now} MiB now; bound {(bound is null ? "none" : "1 GiB")}");
        Assert.Equal(["200"], answers.Keys);
        Assert.InRange(peak, 1, Memory / 1024 / 1024);
    }

    /// <summary>The status, or what went wrong; each on a connection of its own, as senders ask.</summary>
    private static async Task<string> PolicyAsync(HostProcess host, string name)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, host.GatewayUrl.Port, limit.Token);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"), limit.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            var answer = await reader.ReadToEndAsync(limit.Token);
            return answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) && answer.Contains("mode: enforce", StringComparison.Ordinal) ? "200" : answer.Split('\r')[0];
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return exception.GetType().Name;
        }
    }

    /// <summary>Delivers a genuine report, again while it is told to come later.</summary>
    /// <returns>How often it was.</returns>
    private static async Task<int> ReportAsync(HostProcess host, string address, string domain, int number)
    {
        var raw = ReportWriter.Write(NumberedReport.Of(number, domain));
        var later = 0;
        await Poll.Until(
            async () =>
            {
                using var content = new ByteArrayContent(raw);
                try
                {
                    using var answer = await host.Client.PostAsync(new Uri(host.GatewayUrl, "/tlsrpt/" + address.Split('@')[0]), content);
                    Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
                    later += answer.IsSuccessStatusCode ? 0 : 1;
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    later++; // Cut off: a sender comes again.
                    return false;
                }
            },
            Limit,
            $"report {number} is taken");
        return later;
    }
}
