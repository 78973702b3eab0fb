using System.Net;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Every report of the corpus through the gateway's door, and the scorecards against sums made by a reader that is not ours.</summary>
public sealed class CorpusTests
{
    /// <summary>Takes the policies that name no domain, as a claim's address does.</summary>
    private const string Fallback = "fallback.example";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Post_EveryReport_IsCountedOrQuarantinedAsItsIndexSays()
    {
        var corpus = CorpusIndex.Deliveries(CorpusFolder.Require()).ToArray();
        Assert.InRange(corpus.Length, 35, 1000);
        var refused = 0;
        foreach (var (_, raw, verdict) in corpus)
        {
            var isNone = PlainReader.Read(raw) is null;
            Assert.Equal(verdict.StartsWith("not a report", StringComparison.Ordinal), isNone);
            refused += isNone ? 1 : 0;
        }
        var shares = Scorecards.Sum(corpus.Select(delivery => delivery.Raw), Fallback);

        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var api = new ApiClient(host);
        foreach (var domain in shares.Select(share => share.Domain).Append(Fallback).Distinct())
            await api.PostAsync("domains", new { name = domain });
        var token = ((string)(await api.GetAsync($"domains/{Fallback}"))["reportAddress"]!).Split('@')[0];
        foreach (var (path, raw, _) in corpus)
        {
            using var content = new ByteArrayContent(raw);
            using var response = await host.Client.PostAsync(new Uri(host.GatewayUrl, "/tlsrpt/" + token), content);
            Assert.True(response.StatusCode == HttpStatusCode.Created, $"{path}: {response.StatusCode}");
        }

        await Scorecards.AssertAsync(api, shares);
        // Beside what cannot be read there is what contradicts an earlier one of the same name.
        await Poll.Until(async () => (await api.GetAsync("quarantine"))["items"]!.AsArray().Count(item => (string)item!["code"]! != "conflict") == refused, Limit, $"{refused} deliveries stand in quarantine");
    }
}
