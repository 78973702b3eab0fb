using System.Text.Json.Nodes;
using MtaSts.Modules.Cloudflare.Simulator;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>
/// The client's requests and the simulator's answers against Cloudflare's own OpenAPI document. It is not in the repository:
/// <c>../shared/facts</c> beside it, or the folder in the environment variable <c>MTASTS_FACTS</c>.
/// </summary>
public sealed class CloudflareSchemaTests
{
    private const string FileName = "cloudflare-openapi-subset.json";

    [Fact]
    public async Task Exchanges_OfAWholeLife_AreWhatTheDocumentAllows()
    {
        var document = OpenApiDocument.Load(Require());
        await using var stage = await CloudflareStage.StartAsync();
        await stage.CheckAtStartAsync();
        await stage.EnsureAsync();
        stage.Clock.Advance(TimeSpan.FromDays(1));
        await stage.EnsureAsync();
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        stage.Dns.Publish(stage.Request.PolicyHost, Dns.DnsType.Caa, "0 issue \"other.example\"");
        stage.Clock.Advance(TimeSpan.FromDays(82));
        await stage.EnsureAsync();
        stage.Unpublish(stage.Request);
        stage.Clock.Advance(TimeSpan.FromDays(1));
        await stage.EnsureAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => stage.Provider.EnsureAsync(CloudflareStage.For($"mta-sts.d{i}.{new string('a', i * 3)}b.example.com"), CloudflareStage.Cancelled)));
        await stage.BecomeRemovedAsync();
        await stage.Simulator.SetFallbackOriginAsync(null, CloudflareStage.Cancelled);
        await stage.CheckAtStartAgainAsync();
        var checkedExchanges = stage.Simulator.Exchanges.Where(exchange => exchange.Fault is null).ToArray();
        Assert.Superset(new HashSet<string> { "GET", "POST", "PATCH", "DELETE" }, checkedExchanges.Select(exchange => exchange.Method).ToHashSet());
        Assert.Superset(new HashSet<int> { 200, 201, 202, 404, 429 }, checkedExchanges.Select(exchange => exchange.Status).ToHashSet());
        Assert.Empty(checkedExchanges.SelectMany(document.Check));
    }

    [Theory]
    [InlineData("""{"hostname":"mta-sts.example.com","sll":{}}""", "sll is made up")]
    [InlineData("""{"ssl":{"method":"http","type":"dv"}}""", "hostname is missing")]
    [InlineData("""{"hostname":"mta-sts.example.com","ssl":{"method":"dns"}}""", "not one of")]
    [InlineData("""{"hostname":"mta-sts.example.com","ssl":{"settings":{"min_tls_version":1.2}}}""", "not one of")]
    [InlineData("""{"hostname":7}""", "not string")]
    public void Check_RequestThatIsWrong_IsFound(string request, string words)
    {
        var document = OpenApiDocument.Load(Require());
        var answer = new JsonObject { ["success"] = true, ["errors"] = new JsonArray(), ["messages"] = new JsonArray() }.ToJsonString();
        var problems = document.Check(new Exchange("POST", "/zones/5c0ffee0c0ffee0c0ffee0c0ffee0c0f/custom_hostnames", request, 201, answer, null));
        Assert.Contains(problems, problem => problem.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exchanges_OfDnsRecords_AreWhatTheDocumentAllows()
    {
        var document = OpenApiDocument.Load(Require());
        await using var stage = await CloudflareDnsStage.StartAsync();
        await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;"), CloudflareStage.Cancelled);
        await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=2;"), CloudflareStage.Cancelled);
        await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("b.records.service.net") with { Type = MtaSts.Modules.Dns.DnsType.Cname }, CloudflareStage.Cancelled);
        await stage.Provider.DeleteAsync(CloudflareDnsStage.Name, MtaSts.Modules.Dns.DnsType.Cname, CloudflareStage.Cancelled);
        Assert.Equal(12, stage.Simulator.Exchanges.Count);
        Assert.All(stage.Simulator.Exchanges, exchange => Assert.Equal(200, exchange.Status));
        var problems = stage.Simulator.Exchanges.SelectMany(document.Check).ToArray();
        Assert.True(problems.Length == 0, string.Join('\n', problems));
    }

    private static string Require()
    {
        var folder = Environment.GetEnvironmentVariable("MTASTS_FACTS") is { Length: > 0 } set ? set : Path.Combine(Repository(), "..", "shared", "facts");
        var path = Path.Combine(folder, FileName);
        Assert.SkipUnless(File.Exists(path), $"No {FileName} here: set MTASTS_FACTS to its folder.");
        return path;
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MtaSts.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
