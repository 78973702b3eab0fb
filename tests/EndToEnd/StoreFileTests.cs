using System.Net;
using System.Net.Http.Json;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The store's file as an operator meets it: whose it is, when it is missing, when its disk is full, and what a deletion leaves.</summary>
public sealed class StoreFileTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Start_WhileAnotherProcessHasTheFile_EndsAndSaysByWhomAndStartsAfterAKill()
    {
        await using var first = await HostProcess.StartAsync();
        var file = Path.Combine(first.WorkingDirectory, "data", "mtasts.db");
        Dictionary<string, string?> settings = new() { ["Storage:ConnectionString"] = $"Data Source={file}", ["Storage:OwnerTimeout"] = "00:00:01" };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => HostProcess.StartAsync(settings));

        Assert.Contains("with code 1.", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{file} is in use by process {first.Id} on ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Written(refused), StringComparison.Ordinal);
        await first.KillAsync();
        await using var second = await HostProcess.StartAsync(settings);
        Assert.Contains("sign in as admin@localhost", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OfAnInstallationForOthersWithoutItsStore_EndsAndSaysWhatToDo()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            HostProcess.StartAsync(new Dictionary<string, string?> { ["Hosting:Target"] = "mta-sts.example.net", ["Storage:AllowNew"] = "false" }));

        Assert.Contains("with code 1.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("does not exist, though Hosting:Target is set", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("MtaSts did not start. 1 problem:", Written(refused), StringComparison.Ordinal);
    }

    /// <summary>A second name has its own write-ahead log. The next process that opens the file by that name would replay it over newer data.</summary>
    [Fact]
    public async Task Start_RefusedBecauseAnotherProcessHasTheFile_OpensNothingUnderASecondName()
    {
        await using var first = await HostProcess.StartAsync();
        await first.StopAsync();
        await first.StartAgainAsync(); // Now the tables are in the main file.
        using var elsewhere = new TempFolder();
        await RunAsync("ln", Path.Combine(first.WorkingDirectory, "data", "mtasts.db"), elsewhere["hard.db"]);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => HostProcess.StartAsync(
            new Dictionary<string, string?> { ["Storage:ConnectionString"] = $"Data Source={elsewhere["hard.db"]}", ["Storage:OwnerTimeout"] = "00:00:01" }));

        Assert.Contains("is in use by another process", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Written(refused), StringComparison.Ordinal);
        Assert.Equal(["hard.db", "hard.db.lock"], Directory.EnumerateFiles(elsewhere.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>The restart finds no room at all, and everything it serves is in the store.</summary>
    [Fact]
    public async Task Restart_OnAFullDisk_ServesPoliciesIsDegradedAndNamesTheCause()
    {
        const string domain = "full.test";
        using var disk = new SmallDisk(8_192);
        await using var bind = await BindServer.StartAsync();
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dns:Servers", bind.Address.ToString()), ("Gateway:Lease", "00:00:01")), disk.Path);
        var api = new ApiClient(host);
        await HostAsync(host, bind, domain);
        await host.StopAsync();
        disk.Fill();

        await host.StartAgainAsync(); // Waits until /readyz says 200.

        Assert.Equal(HttpStatusCode.OK, await PolicyAsync(host, domain));
        Assert.StartsWith("degraded: The disk of the store is full", await host.Client.GetStringAsync(new Uri(host.GatewayUrl, "/readyz")), StringComparison.Ordinal);
        Assert.Contains("its disk is full", host.Output, StringComparison.Ordinal);
        Assert.Contains("Measured time not stored (the disk of the store is full).", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("SqliteException", host.Output[..host.Output.IndexOf("MtaSts is running", StringComparison.Ordinal)], StringComparison.Ordinal);
        using (var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.DashboardUrl, "/api/v1/domains")) { Content = JsonContent.Create(new { name = "other.test" }) })
        {
            request.Headers.Authorization = new("Bearer", ApiClient.Token);
            using var answer = await host.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
            Assert.Contains("storage-full", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        disk.Free();

        await Poll.Until(async () => await host.Client.GetStringAsync(new Uri(host.GatewayUrl, "/readyz")) is var text && text.StartsWith("ok", StringComparison.Ordinal), Limit, "there is room again");
        await api.PostAsync("domains", new { name = "other.test" });
    }

    /// <summary>The connections of the service still lead to the file, wherever it is, or to none.</summary>
    [Theory]
    [InlineData("moved", "was removed or moved")]
    [InlineData("moved with its folder", "was removed or moved", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("replaced", "was replaced", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("replaced by an empty file", "was replaced")]
    public async Task File_GoneWhileTheServiceRuns_IsToldAndReportsWaitUntilItIsBack(string what, string told)
    {
        const string domain = "gone.test";
        using var elsewhere = new TempFolder();
        await using var bind = await BindServer.StartAsync();
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Dns:Servers", bind.Address.ToString()), ("Gateway:Lease", "00:00:01"), ("Spool:Path", elsewhere["spool"]), ("Spool:MinFreeBytes", "0")));
        var api = new ApiClient(host);
        var intake = new Uri(host.GatewayUrl, "/tlsrpt/" + (await HostAsync(host, bind, domain)).Split('@')[0]);
        var folder = Path.Combine(host.WorkingDirectory, "data");
        var file = Path.Combine(folder, "mtasts.db");
        var isWhole = what == "moved with its folder";
        if (what == "replaced")
            await RunAsync("cp", file, file + ".new");
        await MoveAsync(isWhole ? folder : file, elsewhere["aside"]);
        if (what == "replaced")
            await MoveAsync(file + ".new", file);
        else if (!isWhole && what != "moved")
            await File.WriteAllTextAsync(file, "");

        await Poll.Until(async () => (await ReadyAsync(host)).StartsWith($"degraded: The file of the store {told} while the service runs.", StringComparison.Ordinal), Limit, "readiness reports it");

        Assert.Equal(HttpStatusCode.OK, await PolicyAsync(host, domain));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(host, intake, domain));
        Assert.Contains("1 report waits on this machine's disk", await ReadyAsync(host), StringComparison.Ordinal);
        Assert.Contains($"SQLite file {file}: The file of the store {told}", host.Output, StringComparison.Ordinal);
        Assert.Equal(!isWhole && what != "moved", File.Exists(file)); // None was created.
        if (what == "replaced by an empty file")
            Assert.Equal(0, new FileInfo(file).Length);

        if (what == "replaced")
        {
            await host.StopAsync();
            await host.StartAgainAsync();
        }
        else
        {
            await MoveAsync(elsewhere["aside"], isWhole ? folder : file);
        }

        await Poll.Until(async () => await ReadyAsync(host) == "ok\n", Limit, "the service works");
        await Poll.Until(async () => (int)(await api.GetAsync($"domains/{domain}/scorecard"))["reports"]! == 1, Limit, "the report is counted");
        await host.StopAsync();
        await host.StartAgainAsync();
        Assert.Equal(1, (int)(await api.GetAsync($"domains/{domain}/scorecard"))["reports"]!); // It is in the file, and not in one without a name.
    }

    /// <summary>Strangers may ask: they cannot make the store write more often than once a second.</summary>
    [Fact]
    public async Task Ready_AskedOften_AsksTheStoreOnceASecond()
    {
        await using var host = await HostProcess.StartAsync();
        var before = await WrittenAsync(host);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 40; i++)
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => ReadyAsync(host))), text => Assert.Equal("ok\n", text));

        var written = await WrittenAsync(host) - before;

        Assert.InRange(written, 0, (long)watch.Elapsed.TotalSeconds + 2);
    }

    private static async Task<long> WrittenAsync(HostProcess host)
    {
        await using var store = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(host.WorkingDirectory, "data", "mtasts.db")};Mode=ReadOnly;Pooling=False");
        await store.OpenAsync();
        await using var command = store.CreateCommand();
        command.CommandText = "SELECT Count FROM StoreCheck";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    [Fact]
    public async Task Restart_AfterTheWorkspaceWasDeleted_DoesNotBringItBack()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        await host.StopAsync();
        // As the grains leave it after a deletion: no workspace, no token, no account.
        await using (var store = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(host.WorkingDirectory, "data", "mtasts.db")};Pooling=False"))
        {
            await store.OpenAsync();
            await using var command = store.CreateCommand();
            command.CommandText = "DELETE FROM GrainState";
            await command.ExecuteNonQueryAsync();
        }

        await host.StartAgainAsync();

        Assert.Contains("Bootstrap:Again=true", host.Output, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.DashboardUrl, "/api/v1/domains"));
        request.Headers.Authorization = new("Bearer", ApiClient.Token);
        using var answer = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>What a host wrote that did not start.</summary>
    private static string Written(InvalidOperationException refused) => refused.Message[(refused.Message.IndexOf("It wrote:", StringComparison.Ordinal) + "It wrote:\n".Length)..];

    private static Task MoveAsync(string from, string to) => RunAsync("mv", "-T", from, to);

    /// <summary>A program of its own: this runtime would refuse a file that is locked.</summary>
    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static Task<string> ReadyAsync(HostProcess host) => host.Client.GetStringAsync(new Uri(host.GatewayUrl, "/readyz"));

    /// <summary>Claims the domain, hosts its policy and waits until it is served.</summary>
    /// <returns>Its report address.</returns>
    private static async Task<string> HostAsync(HostProcess host, BindServer bind, string domain)
    {
        var api = new ApiClient(host);
        var claimed = await api.PostAsync("domains", new { name = domain });
        await api.PutAsync($"domains/{domain}/policy", new { mode = "testing", mx = new[] { $"mx1.{domain}" }, maxAge = 86_400, @override = true });
        await api.PutAsync($"domains/{domain}/hosting");
        await bind.PublishAsync("mta-sts." + domain, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await api.PostAsync($"domains/{domain}/check");
        await Poll.Until(async () => await PolicyAsync(host, domain) == HttpStatusCode.OK, Limit, "the policy is served");
        return (string)claimed["reportAddress"]!;
    }

    private static async Task<HttpStatusCode> SendAsync(HostProcess host, Uri intake, string domain)
    {
        var day = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        using var report = new StringContent($$$"""
            {"organization-name":"Bigmail","date-range":{"start-datetime":"{{{day}}}T00:00:00Z","end-datetime":"{{{day}}}T23:59:59Z"},"report-id":"1",
             "policies":[{"policy":{"policy-type":"sts","policy-domain":"{{{domain}}}"},"summary":{"total-successful-session-count":3,"total-failure-session-count":0}}]}
            """, System.Text.Encoding.UTF8, "application/tlsrpt+json");
        using var answer = await host.Client.PostAsync(intake, report);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> PolicyAsync(HostProcess host, string domain)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = "mta-sts." + domain;
        using var answer = await host.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
