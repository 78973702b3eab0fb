using System.Net;
using System.Text;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Dashboard;

/// <summary>No cache keeps what is private; style sheets and scripts are kept.</summary>
public sealed class NoStoreTests
{
    private const string Domain = "private.example";

    [Fact]
    public async Task Answers_ThatArePrivate_AreNotStored()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dns:Servers", "127.0.0.1:9")));
        var api = new ApiClient(host);
        await api.PostAsync("domains", new { name = Domain });
        var day = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await api.UploadAsync(Encoding.UTF8.GetBytes($$$"""
            {"organization-name":"Bigmail","date-range":{"start-datetime":"{{{day}}}T00:00:00Z","end-datetime":"{{{day}}}T23:59:59Z"},"report-id":"1",
             "policies":[{"policy":{"policy-type":"sts","policy-domain":"{{{Domain}}}"},"summary":{"total-successful-session-count":3,"total-failure-session-count":0}}]}
            """));
        await Poll.Until(async () => (await api.GetAsync($"domains/{Domain}/reports"))["items"]!.AsArray().Count == 1, TimeSpan.FromMinutes(2), "the report is counted");
        var id = (string)(await api.GetAsync($"domains/{Domain}/reports"))["items"]![0]!["id"]!;
        var range = $"from={day}&to={day}";
        var owner = await new DashboardVisitor(host).SignInAsync();
        foreach (var path in new[] { "/", $"/domains/{Domain}/reports", "/settings/password", "/nothing-here", $"/raw/{id}", "/raw/unknown", $"/export/{Domain}/scorecard?{range}", $"/export/{Domain}/reports?{range}&format=jsonl", "/session/refusal", "/openapi/v1.json" })
        {
            using var answer = await owner.SendAsync(HttpMethod.Get, path, headers: ("Accept", "text/html"));
            Assert.True(answer.Headers.CacheControl?.NoStore, path);
            Assert.Equal(path.Contains('?', StringComparison.Ordinal) || path == $"/raw/{id}", answer.Content.Headers.ContentDisposition is not null); // The downloads are there.
        }
        foreach (var path in new[] { "domains", "workspace", $"domains/{Domain}/scorecard", $"domains/{Domain}/reports/{id}", $"domains/{Domain}/reports/{id}/raw", $"domains/{Domain}/reports/export?{range}", "quarantine", "nothing-here", "domains/none.example" })
        {
            using var answer = await owner.SendAsync(HttpMethod.Get, "/api/v1/" + path, headers: ("Authorization", "Bearer " + ApiClient.Token));
            Assert.True(answer.Headers.CacheControl?.NoStore, path);
        }
        var stranger = new DashboardVisitor(host);
        foreach (var path in new[] { "/", $"/raw/{id}", "/sign-in", "/api/v1/domains" })
        {
            using var answer = await stranger.SendAsync(HttpMethod.Get, path);
            Assert.True(answer.Headers.CacheControl?.NoStore, path);
        }
        using var icon = await stranger.SendAsync(HttpMethod.Get, "/_content/MtaSts.Web/icon.svg");
        Assert.Equal((HttpStatusCode.OK, false), (icon.StatusCode, icon.Headers.CacheControl?.NoStore));
    }
}
