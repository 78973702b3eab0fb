using System.Net;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// The service on a machine whose clock is set twenty days forward and back for a while, running and across restarts: what senders apply is served on, nothing is let go
/// before its time, and what is due comes when the time has passed, not twenty days later.
/// </summary>
public sealed class ClockTests
{
    private const string Kept = "kept.test";
    private const string Short = "short.test";
    private const int WeekLong = 604_800;
    private const int Seconds = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("+20d", "-20d")]
    [InlineData("-20d", "+20d")]
    public async Task SystemClock_SetTwentyDaysToAndFro_NothingIsLetGoByIt(string running, string restarted)
    {
        using var folder = new TempFolder();
        var shim = FakeTime();
        var shift = Path.Combine(folder.Path, "shift");
        Set(shift, "+0");
        await using var bind = await BindServer.StartAsync();
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("LD_PRELOAD", shim), ("FAKETIME_TIMESTAMP_FILE", shift), ("FAKETIME_CACHE_DURATION", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("NO_FAKE_STAT", "1"),
            ("Dns:Servers", bind.Address.ToString()), ("Gateway:Lease", "00:00:02"), ("Hosting:AnnounceMargin", "00:00:01"), ("Hosting:AssumedPolicyRecordTtl", "00:00:01"), ("Hosting:CheckWhileWaiting", "00:00:02"),
            ("Retention:Pro:RawDays", "3")));
        var api = new ApiClient(host);
        await GoLiveAsync(api, bind, Kept, WeekLong);
        await GoLiveAsync(api, bind, Short, Seconds);
        var report = (string)(await api.UploadAsync(Protocol.Reports.ReportWriter.Write(NumberedReport.Of(1, Kept))))["id"]!;
        await api.DeleteAsync($"domains/{Kept}/hosting");
        var safe = (DateTimeOffset)(await api.GetAsync($"domains/{Kept}"))["hosting"]!["safeToRemoveAt"]!;

        // Set while the service runs: the operator is told, and the domain with a short policy is left meanwhile and is over in its time.
        Set(shift, running);
        await Poll.Until(async () => (await ReadyAsync(host)).Contains("The system clock is 20 days", StringComparison.Ordinal), Limit, "readyz tells of the clock");
        await api.DeleteAsync($"domains/{Short}/hosting");
        await OverAsync(api, Short);
        await StillRetiringAsync(host, api, safe);

        // Put right: no trace is left, and what was done in the wrong time is no obstacle.
        Set(shift, "+0");
        await Poll.Until(async () => await ReadyAsync(host) == "ok\n", Limit, "readyz tells nothing more");
        await api.PutAsync($"domains/{Short}/hosting", new { @override = true });
        await StateAsync(api, Short, "live");

        // Across restarts, without a goodbye and with one.
        await host.KillAsync();
        Set(shift, restarted);
        await host.StartAgainAsync();
        await StillRetiringAsync(host, api, safe);
        await api.PutAsync($"domains/{Short}/policy", new { mode = "testing", mx = new[] { "mx2." + Short }, maxAge = Seconds, @override = true });
        await api.DeleteAsync($"domains/{Short}/hosting");
        await OverAsync(api, Short);
        Set(shift, "+0");
        await host.StopAsync();
        await host.StartAgainAsync();
        await Poll.Until(async () => await ReadyAsync(host) == "ok\n", Limit, "readyz tells nothing more");
        await StillRetiringAsync(host, api, safe);

        Assert.NotEmpty(await api.GetBytesAsync($"domains/{Kept}/reports/{report}/raw"));
        var versions = (await api.GetAsync($"domains/{Short}/policy/versions"))["items"]!.AsArray().Select(version => (string)version!["id"]!).ToArray();
        Assert.Equal(versions.Length, versions.Distinct().Count());
        Assert.InRange(versions.Length, 5, 10);
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

    private static async Task GoLiveAsync(ApiClient api, BindServer bind, string name, int maxAge)
    {
        var claimed = await api.PostAsync("domains", new { name });
        await api.PutAsync($"domains/{name}/policy", new { mode = "enforce", mx = new[] { "mx1." + name }, maxAge, @override = true });
        bind.Set("mta-sts." + name, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await bind.PublishAsync();
        await api.PutAsync($"domains/{name}/hosting", new { @override = true });
        await StateAsync(api, name, "live");
    }

    private static async Task StateAsync(ApiClient api, string name, string state)
    {
        var seen = "";
        try
        {
            await Poll.Until(async () =>
            {
                await api.PostAsync($"domains/{name}/check");
                var hosting = (await api.GetAsync($"domains/{name}"))["hosting"]!;
                seen = hosting.ToJsonString();
                return string.Equals((string?)hosting["state"], state, StringComparison.OrdinalIgnoreCase);
            }, Limit, $"{name} is {state}");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} Last seen: {seen}", exception);
        }
    }

    /// <summary>Retired in its time: the hostname is gone.</summary>
    private static Task OverAsync(ApiClient api, string name) => StateAsync(api, name, "off");

    private static async Task StillRetiringAsync(HostProcess host, ApiClient api, DateTimeOffset safe)
    {
        await api.PostAsync($"domains/{Kept}/check");
        var hosting = (await api.GetAsync($"domains/{Kept}"))["hosting"]!;
        Assert.Equal("retiring", (string)hosting["state"]!, ignoreCase: true);
        Assert.InRange(((DateTimeOffset)hosting["safeToRemoveAt"]! - safe).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(2));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = "mta-sts." + Kept;
        using var answer = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("mode: none", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> ReadyAsync(HostProcess host)
    {
        using var answer = await host.Client.GetAsync(new Uri(host.GatewayUrl, "/readyz"));
        return await answer.Content.ReadAsStringAsync();
    }
}
