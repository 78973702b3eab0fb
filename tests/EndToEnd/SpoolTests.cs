using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// Storage gone under a stream of reports whose senders never try again, and the host killed in between: every report that was acknowledged
/// is counted, and counted once.
/// </summary>
public sealed class SpoolTests(ITestOutputHelper output)
{
    private const string Domain = "spool.example";
    private const int Senders = 4;
    private const int Page = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Between two reports of a sender. A month's list of single reports, by which they are told apart here, ends at 5,000.</summary>
    private static TimeSpan Pace => TimeSpan.FromMilliseconds(IsLong ? 500 : 100);

    private static bool IsLong => Environment.GetEnvironmentVariable("MTASTS_LONG") == "1";

    /// <summary>How long storage is away; the full time with <c>MTASTS_LONG=1</c>.</summary>
    private static TimeSpan Outage => IsLong ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(20);

    [Fact]
    public async Task PostgreSql_AwayAndTheHostKilledUnderAStreamOfPosts_EveryAcknowledgedReportIsCountedOnce()
    {
        await using var postgres = await PostgresServer.StartAsync(durable: true);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", await postgres.CreateDatabaseAsync()), ("Spool:MinFreeBytes", "0")));
        var api = new ApiClient(host);
        var stream = new ReportStream(host, await IntakeAsync(host, api));
        var senders = stream.StartAsync(Senders, Pace);
        await Poll.Until(() => stream.Acknowledged.Count >= 20, Limit, "reports are taken in");

        // Away for the whole time, the host killed in the middle of it: what it had acknowledged lies on its disk alone.
        await postgres.StopAsync();
        var before = stream.Acknowledged.Count;
        await Task.Delay(Outage);
        Assert.InRange(stream.Acknowledged.Count - before, 20, int.MaxValue);
        await host.KillAsync();
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(host.WorkingDirectory, "data", "spool"), "*.spool"));
        var restart = host.StartAgainAsync(); // Waits for its storage.
        await postgres.StartAgainAsync();
        await restart;
        await Poll.Until(() => Waits(host, false), Limit, "what an earlier process kept is drained");

        // Away again, and back under the running host.
        before = stream.Acknowledged.Count;
        await postgres.StopAsync();
        await Poll.Until(() => stream.Acknowledged.Count >= before + 40, Limit, "reports are kept");
        await Poll.Until(() => Waits(host, true), Limit, "the operator is told");
        await postgres.StartAgainAsync();
        await Poll.Until(() => Waits(host, false), Limit, "the spool is drained");
        await stream.EndAsync(senders);

        await AssertCountedOnceAsync(host, api, stream);
    }

    /// <summary>The process dies again and again while it writes to its spool; a store that never answers in time stands for one that is away.</summary>
    [Fact]
    public async Task Host_KilledWhileItSpools_CountsEveryAcknowledgedReportOnce()
    {
        var kills = IsLong ? 20 : 4;
        var random = new Random(8460);
        await using var postgres = await PostgresServer.StartAsync(durable: true);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", await postgres.CreateDatabaseAsync()), ("Spool:MinFreeBytes", "0")));
        var api = new ApiClient(host);
        var stream = new ReportStream(host, await IntakeAsync(host, api));
        var senders = stream.StartAsync(Senders * 2, TimeSpan.FromMilliseconds(5));
        for (var kill = 0; kill < kills; kill++)
        {
            await postgres.StopAsync();
            var wanted = stream.Acknowledged.Count + random.Next(1, 200);
            await Poll.Until(() => stream.Acknowledged.Count >= wanted, Limit, "reports are kept");
            await host.KillAsync();
            var restart = host.StartAgainAsync();
            await postgres.StartAgainAsync();
            await restart;
        }
        await stream.EndAsync(senders);

        await Poll.Until(() => Waits(host, false), Limit, "the spool is drained");
        await AssertCountedOnceAsync(host, api, stream);
    }

    private static async Task<Uri> IntakeAsync(HostProcess host, ApiClient api)
    {
        var claimed = await api.PostAsync("domains", new { name = Domain });
        return new Uri(host.GatewayUrl, "/tlsrpt/" + ((string)claimed["reportAddress"]!).Split('@')[0]);
    }

    private async Task AssertCountedOnceAsync(HostProcess host, ApiClient api, ReportStream stream)
    {
        List<int> counted = [];
        await Poll.Until(async () => !stream.Acknowledged.Keys.Except(counted = await CountedAsync(api)).Any(), Limit, "every acknowledged report is counted");
        await Poll.Until(async () => (int)(await api.GetAsync($"domains/{Domain}/scorecard"))["reports"]! == (counted = await CountedAsync(api)).Count, Limit, "the card stands still");
        var card = await api.GetAsync($"domains/{Domain}/scorecard");

        Assert.Equal(counted.Count, counted.Distinct().Count());
        Assert.All(counted, number => Assert.InRange(number, 0, stream.Sent - 1)); // One whose answer was cut off may be counted too.
        Assert.Equal(counted.Sum(ReportStream.Sessions), (long)card["sessions"]!["successful"]!);
        Assert.Empty((await api.GetAsync("quarantine"))["items"]!.AsArray());
        var spool = Path.Combine(host.WorkingDirectory, "data", "spool");
        await Poll.Until(() => Directory.GetFiles(spool, "*.spool").Length == 0, Limit, "the folder is empty");
        Assert.False(Directory.Exists(Path.Combine(spool, "aside")));
        output.WriteLine($"{stream.Sent} sent once, {stream.Acknowledged.Count} acknowledged, {counted.Count} counted, slowest answer {stream.Slowest.TotalSeconds:0.0} s, answered 503: {stream.Refused}");
    }

    private static async Task<List<int>> CountedAsync(ApiClient api)
    {
        var counted = new List<int>();
        for (string? next = ""; next is not null;)
        {
            var page = await api.GetAsync($"domains/{Domain}/reports?limit={Page}" + (next.Length > 0 ? "&next=" + Uri.EscapeDataString(next) : ""));
            counted.AddRange(page["items"]!.AsArray().Select(item => int.Parse((string)item!["reportId"]!, CultureInfo.InvariantCulture)));
            next = (string?)page["next"];
        }
        return counted;
    }

    private static async Task<bool> Waits(HostProcess host, bool expected)
    {
        using var response = await host.Client.GetAsync(new Uri(host.GatewayUrl, "/readyz"));
        var waits = (await response.Content.ReadAsStringAsync()).Contains("reports wait on this machine's disk", StringComparison.Ordinal);
        return waits == expected && (expected || response.StatusCode == HttpStatusCode.OK);
    }

    /// <summary>Senders of which each delivers a report once, whatever the answer, and then the next one.</summary>
    private sealed class ReportStream(HostProcess host, Uri intake)
    {
        private volatile bool ended;
        private int sent;
        private int refused;
        private long slowest;

        /// <summary>Answered 201.</summary>
        public ConcurrentDictionary<int, bool> Acknowledged { get; } = new();

        public int Sent => Volatile.Read(ref sent);

        public int Refused => Volatile.Read(ref refused);

        public TimeSpan Slowest => TimeSpan.FromTicks(Volatile.Read(ref slowest));

        public static long Sessions(int number) => 1 + (number % 97);

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

        private async Task SendAsync(int number)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            try
            {
                using var content = new ByteArrayContent(Report(number));
                using var response = await host.Client.PostAsync(intake, content);
                if (response.StatusCode == HttpStatusCode.Created)
                    Acknowledged.TryAdd(number, true);
                else
                    Interlocked.Increment(ref refused);
                Volatile.Write(ref slowest, Math.Max(Volatile.Read(ref slowest), watch.Elapsed.Ticks));
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // The host is being started again, or was killed before its answer: this sender does not come back.
            }
        }

        private static byte[] Report(int number)
        {
            var day = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(-1 - (number % 20));
            return ReportWriter.Write(new TlsReport
            {
                OrganizationName = "Bigmail Inc.",
                ContactInfo = "reports@bigmail.example",
                ReportId = number.ToString(CultureInfo.InvariantCulture),
                Start = day,
                End = day.AddDays(1).AddSeconds(-1),
                Policies = [new ReportedPolicy { PolicyType = PolicyTypes.Sts, PolicyDomain = Domain, Successful = Sessions(number) }],
            });
        }
    }
}
