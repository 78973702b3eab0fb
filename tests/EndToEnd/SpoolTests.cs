using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// Storage gone under a stream of reports whose senders never try again and one of mails whose server does, and the host killed in between: every
/// report that was acknowledged and every mail is counted, and counted once.
/// </summary>
public sealed class SpoolTests(ITestOutputHelper output)
{
    private const string Domain = "spool.example";
    private const int Senders = 4;
    private const int Page = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Between two reports of a sender. A month's list of single reports, by which they are told apart here, ends at 5,000.</summary>
    private static TimeSpan Pace => TimeSpan.FromMilliseconds(LongFormAttribute.IsOn ? 500 : 100);

    /// <summary>How long storage is away; the full time in the long form.</summary>
    private static TimeSpan Outage => LongFormAttribute.IsOn ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(20);

    [Fact]
    public async Task PostgreSql_AwayAndTheHostKilledUnderStreamsOfPostsAndMails_EveryAcknowledgedReportAndEveryMailIsCountedOnce()
    {
        var smtp = FreePort.Next();
        await using var postgres = await PostgresServer.StartAsync(durable: true);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", await postgres.CreateDatabaseAsync()), ("Spool:MinFreeBytes", "0"),
            ("Modules:source_smtp:Smtp", $"127.0.0.1:{smtp}")));
        var api = new ApiClient(host);
        var address = await ClaimAsync(api);
        var stream = new ReportStream(host, Intake(host, address), Domain);
        var senders = stream.StartAsync(Senders, Pace);
        await using var postfix = await PostfixServer.StartAsync(address.Split('@')[1], $"smtp:[127.0.0.1]:{smtp}", "minimal_backoff_time = 2s", "maximal_backoff_time = 8s");
        var mails = new MailStream(postfix, address, Domain);
        var mailer = mails.StartAsync(Pace);
        await Poll.Until(() => StillSend(senders, mailer) && stream.Acknowledged.Count >= 20 && mails.Handed.Count >= 5, Limit, () => $"reports are taken in; {stream}, {mails}");

        // Away for the whole time, the host killed in the middle of it: what it had acknowledged lies on its disk alone.
        await postgres.StopAsync();
        var before = stream.Acknowledged.Count;
        var mailedBefore = mails.Handed.Count;
        await Task.Delay(Outage);
        Assert.InRange(stream.Acknowledged.Count - before, 20, int.MaxValue);
        Assert.InRange(mails.Handed.Count - mailedBefore, 20, int.MaxValue);
        Assert.Contains(postfix.Deliveries(), delivery => delivery.StartsWith("status=deferred", StringComparison.Ordinal));
        Assert.InRange(postfix.Queued, 20, int.MaxValue); // They wait there: this sender comes again.
        await host.KillAsync();
        Assert.InRange(await RecordsAsync(host), 1, int.MaxValue);
        var restart = host.StartAgainAsync(); // Waits for its storage.
        await postgres.StartAgainAsync();
        await restart;
        await Poll.Until(() => Waits(host, false), Limit, "what an earlier process kept is drained");

        // Away again, and back under the running host.
        before = stream.Acknowledged.Count;
        await postgres.StopAsync();
        await Poll.Until(() => stream.Acknowledged.Count >= before + 40, Limit, "reports are kept");
        await Poll.Until(() => Waits(host, true), Limit, "readiness reports it");
        await postgres.StartAgainAsync();
        await Poll.Until(() => Waits(host, false), Limit, "the spool is drained");
        await stream.EndAsync(senders);
        await mails.EndAsync(mailer, Limit);

        await AssertCountedOnceAsync(host, api, stream, mails.Handed.Keys);
        Assert.DoesNotContain(postfix.Deliveries(), delivery => delivery.StartsWith("status=bounced", StringComparison.Ordinal));
    }

    /// <summary>The process dies again and again while it writes to its spool; a store that never answers in time stands for one that is away.</summary>
    [Fact]
    public async Task Host_KilledWhileItSpools_CountsEveryAcknowledgedReportOnce()
    {
        var kills = LongFormAttribute.IsOn ? 20 : 4;
        var random = new Random(8460);
        await using var postgres = await PostgresServer.StartAsync(durable: true);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", await postgres.CreateDatabaseAsync()), ("Spool:MinFreeBytes", "0")));
        var api = new ApiClient(host);
        var address = await ClaimAsync(api);
        var stream = new ReportStream(host, Intake(host, address), Domain);
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
        await AssertCountedOnceAsync(host, api, stream, []);
    }

    [Fact]
    public async Task Start_WithADamagedSpool_KeepsItTellsTheOperatorAndGoesOn()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Spool:MinFreeBytes", "0")));
        await host.StopAsync();
        var spool = Path.Combine(host.WorkingDirectory, "data", "spool");
        await File.WriteAllTextAsync(Path.Combine(spool, "spool.db"), "no database" + new string('x', 5_000));

        await host.StartAgainAsync();

        var kept = Assert.Single(Directory.GetFiles(spool, "damaged-*.db"));
        Assert.StartsWith("no database", await File.ReadAllTextAsync(kept), StringComparison.Ordinal);
        Assert.Contains("1 damaged file of the spool is kept in its folder: the log says what to do.", await host.Client.GetStringAsync(new Uri(host.GatewayUrl, "/readyz")), StringComparison.Ordinal);
        Assert.Contains(kept, host.Output, StringComparison.Ordinal);
        Assert.Equal(0, await RecordsAsync(host));
    }

    /// <summary>True; fails the test with the exception of a stream that has ended by one.</summary>
    private static bool StillSend(params Task[] streams)
    {
        Assert.All(streams, stream => Assert.False(stream.IsFaulted, stream.Exception?.ToString()));
        return true;
    }

    /// <summary>The report address.</summary>
    private static async Task<string> ClaimAsync(ApiClient api) => (string)(await api.PostAsync("domains", new { name = Domain }))["reportAddress"]!;

    private static Uri Intake(HostProcess host, string address) => new(host.GatewayUrl, "/tlsrpt/" + address.Split('@')[0]);

    /// <param name="mailed">Numbers of the reports that a mail server has taken in: none may be missing.</param>
    private async Task AssertCountedOnceAsync(HostProcess host, ApiClient api, ReportStream stream, ICollection<int> mailed)
    {
        List<int> counted = [];
        int[] missing = [];
        string held = "";
        await Poll.Until(
            async () =>
            {
                missing = [.. stream.Acknowledged.Keys.Concat(mailed).Except(counted = await CountedAsync(api)).Order()];
                held = (await api.GetAsync("quarantine")).ToJsonString();
                return missing.Length == 0;
            },
            Limit,
            () => $"every acknowledged report and every mail is counted; {counted.Count} are, {missing.Length} are not: {string.Join(' ', missing.Take(20))}; quarantine: {held}; the host wrote:\n{host.Output}");
        await Poll.Until(async () => (int)(await api.GetAsync($"domains/{Domain}/scorecard"))["reports"]! == (counted = await CountedAsync(api)).Count, Limit, "the card stands still");
        var card = await api.GetAsync($"domains/{Domain}/scorecard");

        Assert.Equal(counted.Count, counted.Distinct().Count());
        Assert.Equal(mailed.Order(), counted.Where(number => number >= MailStream.First).Order());
        Assert.All(counted.Where(number => number < MailStream.First), number => Assert.InRange(number, 0, stream.Sent - 1)); // One whose answer was cut off may be counted too.
        Assert.Equal(counted.Sum(NumberedReport.Sessions), (long)card["sessions"]!["successful"]!);
        Assert.Empty((await api.GetAsync("quarantine"))["items"]!.AsArray());
        Assert.Equal(0, await RecordsAsync(host)); // Neither waiting nor set aside.
        Assert.Empty(Directory.GetFiles(Path.Combine(host.WorkingDirectory, "data", "spool"), "damaged-*"));
        output.WriteLine($"{stream.Sent} sent once, {stream.Acknowledged.Count} acknowledged, {mailed.Count} mailed, {counted.Count} counted, slowest answer {stream.Slowest.TotalSeconds:0.0} s, answered 503: {stream.Refused}");
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

    /// <summary>Records in the spool's file, including those set aside.</summary>
    private static async Task<int> RecordsAsync(HostProcess host)
    {
        await using var spool = new SqliteConnection($"Data Source={Path.Combine(host.WorkingDirectory, "data", "spool", "spool.db")};Pooling=False");
        await spool.OpenAsync();
        await using var command = spool.CreateCommand();
        command.CommandText = "SELECT count(*) FROM Report";
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static async Task<bool> Waits(HostProcess host, bool expected)
    {
        using var response = await host.Client.GetAsync(new Uri(host.GatewayUrl, "/readyz"));
        var waits = (await response.Content.ReadAsStringAsync()).Contains(" on this machine's disk since ", StringComparison.Ordinal);
        return waits == expected && (expected || response.StatusCode == HttpStatusCode.OK);
    }
}
