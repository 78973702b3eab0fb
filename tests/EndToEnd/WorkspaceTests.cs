using System.Net;
using System.Net.Http.Headers;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The end of a workspace as its owner's automation brings it about, and what later starts make of an empty store.</summary>
public sealed class WorkspaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Delete_ByApi_TokenIsRefusedAtOnceAndAStartBeginsAnewOnlyWhenTold()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var api = new ApiClient(host);
        var claimed = await api.PostAsync("domains", new { name = "leaving.example" });
        var intake = new Uri(host.GatewayUrl, "/tlsrpt/" + ((string)claimed["reportAddress"]!).Split('@')[0]);
        var name = (string)(await api.GetAsync("workspace"))["name"]!;

        using var answer = await CallAsync(host, HttpMethod.Delete, "workspace?name=" + Uri.EscapeDataString(name));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        using (var refused = await CallAsync(host, HttpMethod.Get, "workspace"))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        await Poll.Until(async () => await PostAsync(host, intake) == HttpStatusCode.NotFound, Limit, "the report address to go");
        await Poll.Until(() => host.Output.Contains("Workspace ws-main deleted with all its data", StringComparison.Ordinal), Limit, "the end");

        await host.StopAsync();
        await host.StartAgainAsync();
        using (var refused = await CallAsync(host, HttpMethod.Get, "workspace"))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        await host.StopAsync();
        await using var again = await HostProcess.StartAsync(ApiClient.Settings(("Bootstrap:Again", "true")), host.WorkingDirectory);
        var anew = new ApiClient(again);
        Assert.Empty((await anew.GetAsync("domains"))["items"]!.AsArray());
        Assert.Null((await anew.GetAsync("workspace"))["deletion"]);
    }

    private static async Task<HttpResponseMessage> CallAsync(HostProcess host, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(host.DashboardUrl, "/api/v1/" + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiClient.Token);
        return await host.Client.SendAsync(request);
    }

    private static async Task<HttpStatusCode> PostAsync(HostProcess host, Uri intake)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        using var response = await host.Client.PostAsync(intake, content);
        return response.StatusCode;
    }
}
