using System.Net;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Every report of the corpus through the gateway's door, and the scorecards against sums made by a reader that is not ours.</summary>
public sealed class CorpusTests
{
    /// <summary>Takes the policies that name no domain, as a claim's address does.</summary>
    private const string Fallback = "fallback.example";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Post_EveryReport_IsCountedOrQuarantinedAsItsIndexSays()
    {
        var corpus = Deliveries(CorpusFolder.Require()).ToArray();
        Assert.InRange(corpus.Length, 35, 1000);
        var shares = new Dictionary<string, Share>(); // The first of one identity counts.
        var refused = 0;
        foreach (var (_, raw, verdict) in corpus)
        {
            var read = PlainReader.Read(raw);
            Assert.Equal(verdict.StartsWith("not a report", StringComparison.Ordinal), read is null);
            refused += read is null ? 1 : 0;
            foreach (var share in read is { } report ? PlainReader.Shares(report.Report, report.HeaderDomain ?? Fallback) : [])
                shares.TryAdd(share.Key, share);
        }

        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var api = new ApiClient(host);
        foreach (var domain in shares.Values.Select(share => share.Domain).Append(Fallback).Distinct())
            await api.PostAsync("domains", new { name = domain });
        var token = ((string)(await api.GetAsync($"domains/{Fallback}"))["reportAddress"]!).Split('@')[0];
        foreach (var (path, raw, _) in corpus)
        {
            using var content = new ByteArrayContent(raw);
            using var response = await host.Client.PostAsync(new Uri(host.GatewayUrl, "/tlsrpt/" + token), content);
            Assert.True(response.StatusCode == HttpStatusCode.Created, $"{path}: {response.StatusCode}");
        }

        var years = shares.Values.GroupBy(share => (share.Domain, share.Year)).ToArray();
        await Poll.Until(async () => await ReportsAsync(api, years.Select(year => year.Key)) == shares.Count, Limit, $"{shares.Count} reports are counted");
        foreach (var year in years)
            Assert.Equal(Expected([.. year]), Actual(year.Key.Domain, await CardAsync(api, year.Key.Domain, year.Key.Year)));
        Assert.Equal(refused, (await api.GetAsync("quarantine"))["items"]!.AsArray().Count);
    }

    private static async Task<int> ReportsAsync(ApiClient api, IEnumerable<(string Domain, int Year)> years)
    {
        var reports = 0;
        foreach (var (domain, year) in years)
            reports += (int)(await CardAsync(api, domain, year))["reports"]!;
        return reports;
    }

    private static Task<JsonNode> CardAsync(ApiClient api, string domain, int year) => api.GetAsync($"domains/{domain}/scorecard?from={year}-01-01&to={year}-12-31");

    private static string Expected(IReadOnlyList<Share> shares)
    {
        var types = shares.SelectMany(share => share.Types).GroupBy(type => type.Key).Select(type => $"{type.Key} {type.Sum(t => t.Value.Ok)}/{type.Sum(t => t.Value.Failed)}");
        var details = shares.SelectMany(share => share.Details).ToArray();
        return Lines(
            $"{shares[0].Domain} {shares[0].Year} {shares.Count} {shares.Sum(share => share.Sessions.Ok)}/{shares.Sum(share => share.Sessions.Failed)}",
            types,
            details.GroupBy(detail => detail.Type).Select(type => $"{type.Key} {type.Sum(detail => detail.Failed)}"),
            details.GroupBy(detail => detail.Mx).Select(mx => $"{mx.Key} {mx.Sum(detail => detail.Failed)}"));
    }

    private static string Actual(string domain, JsonNode card) =>
        Lines(
            $"{domain} {((string)card["from"]!)[..4]} {card["reports"]} {card["sessions"]!["successful"]}/{card["sessions"]!["failed"]}",
            card["byPolicyType"]!.AsArray().Select(type => $"{type!["policyType"]} {type["successful"]}/{type["failed"]}"),
            card["byResultType"]!.AsArray().Select(type => $"{type!["resultType"]} {type["failed"]}"),
            card["byMxHost"]!.AsArray().Select(host => $"{host!["mxHost"]} {host["failed"]}"));

    private static string Lines(string first, params IEnumerable<string>[] parts) =>
        string.Join('\n', parts.Select(part => string.Join("; ", part.Order(StringComparer.Ordinal))).Prepend(first));

    /// <summary>The rows of the index that are deliveries and not vectors beside them.</summary>
    private static IEnumerable<(string Path, byte[] Raw, string Verdict)> Deliveries(string folder)
    {
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(folder, "INDEX.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..].Split(' ')[0];
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length < 6 || section == "_vectors" || !File.Exists(Path.Combine(folder, section, cells[1])) || Path.GetExtension(cells[1]) is ".md" or ".txt")
                continue;
            yield return (cells[1], File.ReadAllBytes(Path.Combine(folder, section, cells[1])), cells[3]);
        }
    }
}
