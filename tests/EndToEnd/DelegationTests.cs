using System.Collections.Concurrent;
using System.Net;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// The owner has delegated the policy record to the service's zone, which a BIND serves: every change of the policy reaches the file first and the id second, as a
/// sender sees it that asks both all the time, past every cache.
/// </summary>
public sealed class DelegationTests(ITestOutputHelper output)
{
    private const string Domain = "delegated.test";
    private const string PolicyHost = "mta-sts." + Domain;
    private const int Changes = 6;
    private const int MaxAge = 5; // Seconds: so that the retirement clock runs out while the test looks on.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Policy_ChangedKilledAndLeft_IdNeverBeforeItsFile()
    {
        await using var bind = await BindServer.StartAsync(follows: true);
        await using var host = await HostProcess.StartAsync(Settings(bind));
        var api = new ApiClient(host);
        var claimed = await api.PostAsync("domains", new { name = Domain });
        var token = ((string)claimed["reportAddress"]!).Split('@')[0];
        await PutAsync(api, 0);
        await api.PutAsync($"domains/{Domain}/hosting");
        bind.Set(PolicyHost, "CNAME", (string)claimed["cnameTarget"]! + ".");
        bind.Set("_mta-sts." + Domain, "CNAME", $"{token}._mta-sts.{BindServer.UpdateZone}.");
        bind.Set("_smtp._tls." + Domain, "CNAME", $"{token}._smtp._tls.{BindServer.UpdateZone}.");
        await bind.PublishAsync();
        await using var sender = new Sender(bind.Address, host, Domain);
        await api.PostAsync($"domains/{Domain}/check");
        await AnnouncedAsync(sender, host, 0);
        Assert.StartsWith("v=TLSRPTv1; rua=mailto:" + token, Assert.Single(await DnsProbe.TxtAsync(bind.Address, "_smtp._tls." + Domain) ?? []), StringComparison.Ordinal);
        await api.PostAsync($"domains/{Domain}/check");
        Assert.Equal(["CNAME ok", "CNAME ok", "CNAME ok"], await RecordsAsync(api));

        for (var change = 1; change <= Changes; change++)
        {
            await PutAsync(api, change);
            if (change % 3 == 0)
            {
                // In the middle: the decision is stored, and its id may or may not be on its way.
                await Task.Delay(TimeSpan.FromMilliseconds(700 * change));
                await host.KillAsync();
                await host.StartAgainAsync();
            }
            await AnnouncedAsync(sender, host, change);
        }
        await api.DeleteAsync($"domains/{Domain}/hosting");
        await AnnouncedAsync(sender, host, PolicyMode.None);
        await Poll.Until(async () => await DnsProbe.TxtAsync(bind.Address, "_mta-sts." + Domain) is { Count: 0 }, Limit, "the clock has run out and the record is gone");
        await Poll.Until(() => sender.Last is { Id: null, Body: null }, Limit, "the gateway's last copy is gone");
        await sender.DisposeAsync();

        var history = sender.History;
        output.WriteLine($"{history.Count} rounds, {history.Count(seen => seen.Body is not null)} files, {history.Count(seen => seen.Id is not null)} ids, {history.Select(seen => seen.Id).Distinct().Count()} different ones");
        Assert.InRange(history.Count(seen => seen.Id is not null && seen.Body is not null), 100, int.MaxValue);
        Assert.Equal(Changes + 2, history.Select(seen => seen.Id).OfType<string>().Distinct().Count());
        var bodies = await BodiesAsync(api);
        Assert.Empty(UpdateOrder.Violations(history, bodies));

        // The check is worth something: the same history with ids as if each had been announced one round of polls before its file is caught.
        Assert.NotEmpty(UpdateOrder.Violations(Hasty(history, bodies), bodies));
    }

    /// <summary>An owner who leaves before anything was ever served leaves nothing in the zone.</summary>
    [Fact]
    public async Task Claim_GivenUp_ItsReportingRecordGoes()
    {
        await using var bind = await BindServer.StartAsync(follows: true);
        await using var host = await HostProcess.StartAsync(Settings(bind));
        var api = new ApiClient(host);
        var token = ((string)(await api.PostAsync("domains", new { name = Domain }))["reportAddress"]!).Split('@')[0];
        await bind.PublishAsync("_smtp._tls." + Domain, "CNAME", $"{token}._smtp._tls.{BindServer.UpdateZone}.");
        await api.PostAsync($"domains/{Domain}/check");
        await Poll.Until(async () => await DnsProbe.TxtAsync(bind.Address, "_smtp._tls." + Domain) is { Count: 1 }, Limit, "the reporting record is written");
        await api.DeleteAsync($"domains/{Domain}");
        await Poll.Until(async () => await DnsProbe.TxtAsync(bind.Address, "_smtp._tls." + Domain) is { Count: 0 }, Limit, "the reporting record is deleted");
    }

    private static Dictionary<string, string?> Settings(BindServer bind) => ApiClient.Settings(
        ("Hosting:DnsProvider", "Rfc2136"), ("Hosting:RecordZone", BindServer.UpdateZone), ("Hosting:RecordTtl", "00:00:01"), ("Hosting:RecordWriteLimit", "00:00:03"),
        ("Hosting:AnnounceMargin", "00:00:01"), ("Hosting:FirstRetry", "00:00:01"), ("Gateway:Lease", "00:00:02"),
        ("Rfc2136:Servers", bind.Address.ToString()), ("Rfc2136:KeyName", bind.Key.Name), ("Rfc2136:KeySecret", bind.Key.Base64),
        ("Dns:Servers", bind.Address.ToString()));

    private static Task<System.Text.Json.Nodes.JsonNode> PutAsync(ApiClient api, int change) =>
        api.PutAsync($"domains/{Domain}/policy", new { mode = "testing", mx = new[] { $"mx{change}.{Domain}" }, maxAge = MaxAge, @override = true });

    private static Task AnnouncedAsync(Sender sender, HostProcess host, int change) =>
        AnnouncedAsync(sender, host, seen => seen.Body!.Contains($"mx{change}.{Domain}", StringComparison.Ordinal), $"version {change} is announced");

    private static Task AnnouncedAsync(Sender sender, HostProcess host, PolicyMode mode) =>
        AnnouncedAsync(sender, host, seen => seen.Body!.Contains($"mode: {mode.ToText()}", StringComparison.Ordinal), $"mode {mode} is announced");

    /// <summary>The file is there, and an id that was not seen with any other.</summary>
    private static async Task AnnouncedAsync(Sender sender, HostProcess host, Func<Seen, bool> isIt, string what)
    {
        var before = sender.History.LastOrDefault(seen => seen.Id is not null && seen.Body is not null && !isIt(seen))?.Id;
        try
        {
            await Poll.Until(() => sender.Last is { Id: { } id, Body: not null } last && isIt(last) && id != before, Limit, what);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} Last seen: {sender.Last}. The host wrote:\n{host.Output}", exception);
        }
    }

    private static async Task<string[]> RecordsAsync(ApiClient api) =>
        [.. (await api.GetAsync($"domains/{Domain}/records"))["items"]!.AsArray().Select(item => $"{item!["type"]} {item["state"]}")];

    /// <summary>From the API, in the order they were made: each version's id and file.</summary>
    private static async Task<IReadOnlyList<(string Id, string Body)>> BodiesAsync(ApiClient api) =>
        [.. (await api.GetAsync($"domains/{Domain}/policy/versions"))["items"]!.AsArray().OrderBy(item => (int)item!["number"]!).Select(item => ((string)item!["id"]!, (string)item["mode"]! + " " + (string)item["mx"]![0]!))];

    /// <summary>What a service would have shown that announces an id with its change, before the gateways know of it.</summary>
    private static List<Seen> Hasty(IReadOnlyList<Seen> history, IReadOnlyList<(string Id, string Body)> versions)
    {
        var hasty = history.ToList();
        for (var i = 0; i + 1 < hasty.Count; i++)
        {
            var (now, next) = (UpdateOrder.NumberOf(hasty[i].Body, versions), UpdateOrder.NumberOf(hasty[i + 1].Body, versions));
            if (now >= 0 && next > now)
                hasty[i] = hasty[i] with { Id = versions[next].Id };
        }
        return hasty;
    }
}

/// <summary>One round of a sender: the id in the DNS, and the file fetched after it.</summary>
internal sealed record Seen(string? Id, string? Body);

/// <summary>The order of RFC 8461 §8.1, from where a sender stands.</summary>
internal static class UpdateOrder
{
    /// <summary>Rounds in which a sender would have kept an older file under a newer id, or saw an older id after a newer one.</summary>
    public static IReadOnlyList<string> Violations(IReadOnlyList<Seen> history, IReadOnlyList<(string Id, string Body)> versions)
    {
        List<string> violations = [];
        var newest = -1;
        for (var round = 0; round < history.Count; round++)
        {
            var announced = versions.ToList().FindIndex(version => version.Id == history[round].Id);
            if (history[round].Id is { } unknown && announced < 0)
                violations.Add($"round {round}: id {unknown} belongs to no version");
            if (announced >= 0 && NumberOf(history[round].Body, versions) is >= 0 and var served && served < announced)
                violations.Add($"round {round}: id of version {announced} with the file of version {served}");
            if (announced >= 0 && announced < newest)
                violations.Add($"round {round}: id of version {announced} after that of version {newest}");
            newest = Math.Max(newest, announced);
        }
        return violations;
    }

    /// <summary>Which version a file is, by its mode and first mx, which differ between any two here; -1 for none.</summary>
    public static int NumberOf(string? body, IReadOnlyList<(string Id, string Body)> versions) =>
        body is null || PolicyReader.ReadStrict(System.Text.Encoding.ASCII.GetBytes(body)) is not PolicyReading.Accepted { Policy: { } policy }
            ? -1
            : versions.ToList().FindLastIndex(version => version.Body == policy.Mode.ToText() + " " + policy.Mx[0]);
}

/// <summary>Asks BIND for the id and the gateway for the file, every 50 ms, in the order that a sender asks in.</summary>
internal sealed class Sender : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly ConcurrentQueue<Seen> history = new();
    private readonly CancellationTokenSource end = new();
    private readonly Task asking;

    public Sender(IPEndPoint dns, HostProcess host, string domain) => asking = AskAsync(dns, host, domain);

    public IReadOnlyList<Seen> History => [.. history];

    public Seen? Last { get; private set; }

    public async ValueTask DisposeAsync()
    {
        if (end.IsCancellationRequested)
            return;
        await end.CancelAsync();
        await asking;
    }

    private async Task AskAsync(IPEndPoint dns, HostProcess host, string domain)
    {
        while (!end.IsCancellationRequested)
        {
            var texts = await DnsProbe.TxtAsync(dns, "_mta-sts." + domain) ?? [];
            var id = PolicyRecord.Select(texts) is PolicyRecordReading.Found found ? found.Record.Id : null;
            Last = new Seen(id, await FetchAsync(host, "mta-sts." + domain));
            history.Enqueue(Last);
            await Task.Delay(Pause, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<string?> FetchAsync(HostProcess host, string policyHost)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.GatewayUrl, "/.well-known/mta-sts.txt"));
            request.Headers.Host = policyHost;
            using var response = await host.Client.SendAsync(request);
            return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync() : null;
        }
        catch (HttpRequestException)
        {
            return null; // Killed, and not back yet.
        }
    }
}
