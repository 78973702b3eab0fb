using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The service's scorecards beside sums made by <see cref="PlainReader"/>.</summary>
internal static class Scorecards
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>What the mails or files add up to: the first of one identity counts.</summary>
    public static IReadOnlyList<Share> Sum(IEnumerable<byte[]> raws, string fallback)
    {
        var shares = new Dictionary<string, Share>();
        foreach (var raw in raws)
        {
            foreach (var share in PlainReader.Read(raw) is { } report ? PlainReader.Shares(report.Report, report.HeaderDomain ?? fallback) : [])
                shares.TryAdd(share.Key, share);
        }
        return [.. shares.Values];
    }

    /// <summary>Waits until as many reports are counted as there are shares, and holds every number against them.</summary>
    public static async Task AssertAsync(ApiClient api, IReadOnlyList<Share> shares)
    {
        var years = shares.GroupBy(share => (share.Domain, share.Year)).ToArray();
        await Poll.Until(async () => await ReportsAsync(api, years.Select(year => year.Key)) == shares.Count, Limit, $"{shares.Count} reports are counted");
        foreach (var year in years)
            Assert.Equal(Expected([.. year]), Actual(year.Key.Domain, await CardAsync(api, year.Key.Domain, year.Key.Year)));
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
        return Lines(
            $"{shares[0].Domain} {shares[0].Year} {shares.Count} {shares.Sum(share => share.Sessions.Ok)}/{shares.Sum(share => share.Sessions.Failed)}",
            types,
            shares.SelectMany(share => share.Rows(detail => detail.Type)).GroupBy(row => row.Key).Select(type => $"{type.Key} {type.Sum(row => row.Failed)}"),
            shares.SelectMany(share => share.Rows(detail => detail.Mx)).GroupBy(row => row.Key).Select(mx => $"{mx.Key} {mx.Sum(row => row.Failed)}"));
    }

    private static string Actual(string domain, JsonNode card) =>
        Lines(
            $"{domain} {((string)card["from"]!)[..4]} {card["reports"]} {card["sessions"]!["successful"]}/{card["sessions"]!["failed"]}",
            card["byPolicyType"]!.AsArray().Select(type => $"{type!["policyType"]} {type["successful"]}/{type["failed"]}"),
            card["byResultType"]!.AsArray().Select(type => $"{type!["resultType"]} {type["failed"]}"),
            card["byMxHost"]!.AsArray().Select(host => $"{host!["mxHost"]} {host["failed"]}"));

    private static string Lines(string first, params IEnumerable<string>[] parts) =>
        string.Join('\n', parts.Select(part => string.Join("; ", part.Order(StringComparer.Ordinal))).Prepend(first));
}
