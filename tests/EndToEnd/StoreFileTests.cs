using System.Net;
using System.Net.Http.Json;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The store's file as an operator meets it: whose it is, when it is missing, when its disk is full, and what a deletion leaves.</summary>
public sealed class StoreFileTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Start_WhileAnotherProcessHasTheFile_EndsAndSaysByWhomAndStartsAfterAKill()
    {
        await using var first = await HostProcess.StartAsync();
        var file = Path.Combine(first.WorkingDirectory, "data", "mtasts.db");
        Dictionary<string, string?> settings = new() { ["Storage:ConnectionString"] = $"Data Source={file}", ["Storage:OwnerTimeout"] = "00:00:01" };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => HostProcess.StartAsync(settings));

        Assert.Contains("with code 1.", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{file} is in use by process {first.Id} on ", refused.Message, StringComparison.Ordinal);
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
        var claimed = await api.PostAsync("domains", new { name = domain });
        await api.PutAsync($"domains/{domain}/policy", new { mode = "testing", mx = new[] { "mx1.full.test" }, maxAge = 86_400, @override = true });
        await api.PutAsync($"domains/{domain}/hosting");
        await bind.PublishAsync("mta-sts." + domain, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await api.PostAsync($"domains/{domain}/check");
        await Poll.Until(async () => await PolicyAsync(host, domain) == HttpStatusCode.OK, Limit, "the policy is served");
        await host.StopAsync();
        disk.Fill();

        await host.StartAgainAsync(); // Waits until /readyz says 200.

        Assert.Equal(HttpStatusCode.OK, await PolicyAsync(host, domain));
        Assert.StartsWith("degraded: The disk of the store is full", await host.Client.GetStringAsync(new Uri(host.GatewayUrl, "/readyz")), StringComparison.Ordinal);
        Assert.Contains("its disk is full", host.Output, StringComparison.Ordinal);
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

    private static async Task<HttpStatusCode> PolicyAsync(HostProcess host, string domain)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = "mta-sts." + domain;
        using var answer = await host.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
