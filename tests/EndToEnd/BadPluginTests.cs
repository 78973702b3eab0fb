using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The service with plug-ins that fail in every way, at once: it is up, serves, shows what is wrong and ends in time.</summary>
public sealed class BadPluginTests
{
    /// <summary>Some seconds by itself, and the limits of loading, configuring and making a provider, 9 s together; on a machine that does other work. A plug-in that were waited for would take for ever.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    // The product stops within 20 s, which the long form measures. Beside the other tests of a run the machine decides.
    private static readonly TimeSpan StopLimit = LongFormAttribute.IsOn ? TimeSpan.FromSeconds(20) : TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FaultLimit = TimeSpan.FromMinutes(2);

    /// <summary>Modes whose module is kept out.</summary>
    private static readonly string[] KeptOut = ["empty", "no-assembly", "native", "sdk-newer", "dependency-missing", "static-hangs", "static-throws", "constructor-hangs", "constructor-throws", "id-throws", "id-null", "id-hangs", "id-double", "name-double", "name-long", "name-control", "offers-many", "configure-hangs", "configure-throws"];

    /// <summary>Modes whose module runs and fails.</summary>
    private static readonly string[] Failing = ["hosted-constructor-throws", "hosted-constructor-hangs", "hosted-start-hangs", "hosted-start-throws", "hosted-execute-throws", "source-create-hangs", "source-create-throws", "source-id-throws", "source-status-hangs", "source-status-throws", "source-status-null", "source-run-throws", "source-thread-throws", "source-pool-throws", "source-early-thread", "source-early-void", "source-early-timer", "source-early-finalizer"];

    /// <summary>Modes whose module fails only when the service ends, or hurts only itself.</summary>
    private static readonly string[] Quiet = ["hosted-stop-hangs", "hosted-stop-throws", "source-stop-ignored", "source-thread-stays", "source-run-blocks", "source-dispose-hangs", "source-dispose-throws", "source-exit-hangs", "source-folder-moves", "replaces", "dependency", "idle"];

    [Theory]
    [InlineData("Local", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("Bad")]
    public async Task Service_WithPluginsThatFailInEveryWay_ServesAndShowsThem(string provider)
    {
        using var folder = new TempFolder();
        string[] chosen = provider == "Bad" ? ["create-hangs"] : ["calls-block"];
        foreach (var mode in KeptOut.Concat(Failing).Concat(Quiet.Where(mode => mode != "idle")).Concat(chosen))
            BadPlugins.Install(folder["plugins"], mode);

        var watch = Stopwatch.StartNew();
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Modules:Path", folder["plugins"]), ("Hosting:Provider", provider)), folder.Path);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, StartLimit);

        var api = new ApiClient(host);
        JsonNode? list = null;
        await Poll.Until(async () =>
        {
            list = await api.GetAsync("plugins");
            return Failing.All(mode => Health(list, mode) == "failing");
        }, FaultLimit, "all that fails is shown", TimeSpan.FromMilliseconds(500));
        foreach (var mode in KeptOut)
            Assert.Equal("unusable", Health(list!, mode));
        Assert.All(list!["items"]!.AsArray().Where(item => (string?)item!["health"] is "unusable" or "failing"), item => Assert.False(string.IsNullOrEmpty((string?)item!["lastFault"]!["message"]), item!.ToJsonString()));
        Assert.Equal("off", (string?)list["items"]!.AsArray().Single(item => (string?)item!["id"] == "hostname.caddy")!["health"]);
        if (provider == "Bad")
            Assert.Contains("constructor did not return", (string?)Item(list, "create-hangs")["lastFault"]!["message"], StringComparison.Ordinal);

        Assert.True(File.Exists(folder["data/mtasts.db"]), "the store lies where the service was started");

        // The operator is notified, and says that somebody handles it.
        JsonNode? alert = null;
        await Poll.Until(async () => (alert = (await api.GetAsync("alerts?state=open"))["items"]!.AsArray().FirstOrDefault(item => (string?)item!["kind"] == "service-module-unusable")) is not null, FaultLimit, "the operator's alert is raised");
        Assert.Equal(("", "/settings"), ((string?)alert!["domain"], (string?)alert["link"]));
        Assert.NotEmpty(alert["parameters"]!["modules"]!.AsArray());
        var handled = await api.PutAsync($"alerts/{alert["id"]}/acknowledgement", new { note = "known" });
        Assert.Equal("known", (string?)handled["acknowledged"]!["reason"]);
        Assert.Equal(["raised", "acknowledged"], handled["events"]!.AsArray().Select(known => (string?)known!["kind"]));

        // What has nothing to do with them.
        await api.PostAsync("domains", new { name = "plugins.example" });
        foreach (var page in new[] { "/sign-in", "/openapi/v1.json" })
        {
            using var answer = await host.Client.GetAsync(new Uri(host.DashboardUrl, page));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        using var ready = await host.Client.GetAsync(new Uri(host.GatewayUrl, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);

        watch.Restart();
        await host.StopAsync();
        Assert.True(watch.Elapsed < StopLimit, $"stopped after {watch.Elapsed}");
    }

    private static string? Health(JsonNode list, string mode) => (string?)Item(list, mode)["health"];

    private static JsonNode Item(JsonNode list, string mode) => list["items"]!.AsArray().Single(item => ((string?)item!["path"])?.EndsWith($"/{mode}.dll", StringComparison.Ordinal) == true)!;
}
