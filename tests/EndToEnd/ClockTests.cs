using System.Net;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// The service on a machine whose clock is set twenty days forward and back for a while, running and across restarts: what senders apply is still served, nothing is deleted
/// before its time, and what is due comes when the time has passed, not twenty days later.
/// </summary>
public sealed class ClockTests
{
    private const string Kept = "kept.test";
    private const string First = "first.test";
    private const string Second = "second.test";
    private const int WeekLong = 604_800;
    private const int Seconds = 5;
    private static readonly TimeSpan TwentyDays = TimeSpan.FromDays(20);
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task SystemClock_SetTwentyDaysToAndFro_NothingIsLetGoByIt()
    {
        using var folder = new TempFolder();
        var shim = FakeTime();
        var shift = Path.Combine(folder.Path, "shift");
        Set(shift, "+0");
        await using var bind = await BindServer.StartAsync();
        // The shim leaves the monotonic clock and waits by it alone: with the "fix" that it chooses for this C library, each of the runtime's timed waits ends at once.
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("LD_PRELOAD", shim), ("FAKETIME_TIMESTAMP_FILE", shift), ("FAKETIME_CACHE_DURATION", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("FAKETIME_FORCE_MONOTONIC_FIX", "0"), ("NO_FAKE_STAT", "1"),
            ("Dns:Servers", bind.Address.ToString()), ("Gateway:Lease", "00:00:02"), ("Hosting:AnnounceMargin", "00:00:01"), ("Hosting:AssumedPolicyRecordTtl", "00:00:01"), ("Hosting:CheckWhileWaiting", "00:00:02"),
            ("Retention:Pro:RawDays", "3")));
        var api = new ApiClient(host);
        await GoLiveAsync(api, bind, (Kept, WeekLong), (First, Seconds), (Second, Seconds));
        var report = (string)(await api.UploadAsync(Protocol.Reports.ReportWriter.Write(NumberedReport.Of(1, Kept))))["id"]!;
        await api.DeleteAsync($"domains/{Kept}/hosting");
        var safe = (DateTimeOffset)(await api.GetAsync($"domains/{Kept}"))["hosting"]!["safeToRemoveAt"]!;

        // Ahead while the service runs: the operator is told, and a domain whose hosting is switched off meanwhile retires in its time.
        Set(shift, "+20d");
        await ReadyAsync(host, text => text.Contains("The system clock is 20 days ahead", StringComparison.Ordinal));
        await OverAsync(api, First);
        await StillRetiringAsync(host, api, safe, isRight: false);

        // Behind after a kill and a restart; then ahead by forty days more, without a restart.
        await host.KillAsync();
        Set(shift, "-20d");
        await host.StartAgainAsync();
        await ReadyAsync(host, text => text.Contains("The system clock is 20 days behind", StringComparison.Ordinal));
        await StillRetiringAsync(host, api, safe, isRight: false);
        Set(shift, "+20d");
        await OverAsync(api, Second);

        // Ahead across an orderly restart, and right again: no trace is left.
        await host.StopAsync();
        await host.StartAgainAsync();
        await StillRetiringAsync(host, api, safe, isRight: false);
        Set(shift, "+0");
        await ReadyAsync(host, text => text == "ok\n");
        await StillRetiringAsync(host, api, safe, isRight: true);
        Assert.NotEmpty(await api.GetBytesAsync($"domains/{Kept}/reports/{report}/raw"));
        var versions = (await api.GetAsync($"domains/{Kept}/policy/versions"))["items"]!.AsArray().Select(version => (string)version!["id"]!).ToArray();
        Assert.Equal(2, versions.Distinct().Count());
        Assert.Contains("System clock", host.Output, StringComparison.OrdinalIgnoreCase);
    }

    private static string FakeTime()
    {
        var found = Directory.Exists("/usr/lib") ? Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true }).FirstOrDefault() : null;
        Peer.Require(found is not null, "libfaketimeMT.so.1 is not installed (Debian package libfaketime).");
        return found;
    }

    /// <summary>Read by the shim every second, so it is replaced whole.</summary>
    private static void Set(string file, string offset)
    {
        File.WriteAllText(file + ".new", offset + "\n");
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task GoLiveAsync(ApiClient api, BindServer bind, params (string Name, int MaxAge)[] domains)
    {
        foreach (var (name, maxAge) in domains)
        {
            var claimed = await api.PostAsync("domains", new { name });
            await api.PutAsync($"domains/{name}/policy", new { mode = "enforce", mx = new[] { "mx1." + name }, maxAge, @override = true });
            bind.Set("mta-sts." + name, "CNAME", (string)claimed["cnameTarget"]! + ".");
        }
        await bind.PublishAsync();
        foreach (var (name, _) in domains)
        {
            await api.PutAsync($"domains/{name}/hosting", new { @override = true });
            await StateAsync(api, name, "live");
        }
    }

    private static async Task StateAsync(ApiClient api, string name, string state)
    {
        await api.PostAsync($"domains/{name}/check");
        await Poll.Until(async () => string.Equals((string?)(await api.GetAsync($"domains/{name}"))["hosting"]!["state"], state, StringComparison.OrdinalIgnoreCase), Limit, $"{name} is {state}");
    }

    /// <summary>Left and retired in its time: the hostname is gone.</summary>
    private static async Task OverAsync(ApiClient api, string name)
    {
        await api.DeleteAsync($"domains/{name}/hosting");
        await StateAsync(api, name, "off");
    }

    private static async Task StillRetiringAsync(HostProcess host, ApiClient api, DateTimeOffset safe, bool isRight)
    {
        await api.PostAsync($"domains/{Kept}/check");
        var hosting = (await api.GetAsync($"domains/{Kept}"))["hosting"]!;
        Assert.Equal("retiring", (string)hosting["state"]!, ignoreCase: true);
        // While the clocks differ, the later date is told: nobody removes the records too early.
        Assert.InRange((DateTimeOffset)hosting["safeToRemoveAt"]! - safe, -Slack, isRight ? Slack : TwentyDays + Slack);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = "mta-sts." + Kept;
        using var answer = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("mode: none", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static Task ReadyAsync(HostProcess host, Func<string, bool> isWanted) => Poll.Until(
        async () =>
        {
            using var answer = await host.Client.GetAsync(new Uri(host.GatewayUrl, "/readyz"));
            return isWanted(await answer.Content.ReadAsStringAsync());
        },
        Limit,
        "readyz to tell of the clock as it is");
}
