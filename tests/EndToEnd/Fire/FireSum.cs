using System.Globalization;
using System.Text.Json.Nodes;

namespace MtaSts.EndToEnd.Fire;

/// <summary>
/// Every number of a domain's scorecard, line by line: once added up from the generator's reports, each counted once, by nothing of the
/// product's; once as the service tells it.
/// </summary>
internal sealed class FireSum
{
    /// <summary>The row of sessions without a host.</summary>
    private const string Unnamed = "mx ";

    private readonly SortedDictionary<string, (long Ok, long Failed, long Reports)> rows = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> lastDays = new(StringComparer.Ordinal);

    public long Reports => rows.GetValueOrDefault("all").Reports;

    public string[] Lines => [.. rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Key}: {row.Value.Ok} ok, {row.Value.Failed} failed, {row.Value.Reports} reports")), .. lastDays.Select(last => $"{last.Key}: {last.Value}")];

    /// <summary>What a scorecard must say.</summary>
    public static FireSum Of(string domain, IEnumerable<FireReport> reports)
    {
        var sum = new FireSum();
        foreach (var report in reports)
        {
            if (report.Parts.Where(part => part.Domain == domain).ToArray() is { Length: > 0 } parts)
                sum.Add(report, parts);
        }
        return sum;
    }

    /// <summary>What the API's scorecard says.</summary>
    public static FireSum Of(JsonNode card)
    {
        var sum = new FireSum();
        sum.Put("all", card["sessions"]!, Number(card, "reports"));
        foreach (var type in Items(card, "byPolicyType"))
        {
            sum.Put($"type {type["policyType"]}", type);
            sum.Add($"type {type["policyType"]} details", 0, Number(type, "failedInDetails"));
        }
        foreach (var type in Items(card, "byResultType"))
            sum.Put($"result {type["resultType"]}", type);
        foreach (var host in Items(card, "byMxHost"))
        {
            sum.Put($"mx {host["mxHost"]}", host);
            foreach (var type in Items(host, "byResultType"))
                sum.Put($"mx {host["mxHost"]} {type["resultType"]}", type);
        }
        foreach (var organization in Items(card, "byOrganization"))
        {
            var from = Organization(organization);
            sum.Put($"from {from}", organization, Number(organization, "reports"));
            sum.Last(from, (string)organization["lastDay"]!);
            foreach (var type in Items(organization, "byPolicyType"))
                sum.Put($"from {from} {type["policyType"]}", type);
        }
        foreach (var day in Items(card, "byDay"))
        {
            sum.Put($"{day["day"]}", day["sessions"]!, Number(day, "reports"));
            foreach (var type in Items(day, "byPolicyType"))
                sum.Put($"{day["day"]} {type["policyType"]}", type);
            foreach (var failure in Items(day, "failures"))
                sum.Put($"{day["day"]} {failure["resultType"]} at {failure["mxHost"]} from {Organization(failure)}", failure);
            foreach (var organization in Items(day, "byOrganization"))
                sum.Put($"{day["day"]} from {Organization(organization)}", organization, Number(organization, "reports"));
        }
        return sum;
    }

    private static IEnumerable<JsonNode> Items(JsonNode node, string name) => node[name]!.AsArray().Select(item => item!);

    private static long Number(JsonNode node, string name) => (long?)node[name] ?? 0;

    private void Add(FireReport report, FirePart[] parts)
    {
        var day = report.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        // Sessions stand under each policy they were held against; those without a policy come on top.
        var held = parts.Where(part => part.PolicyType != "no-policy-found").ToArray();
        var without = parts.Where(part => part.PolicyType == "no-policy-found").ToArray();
        var failed = held.Select(part => part.Failed).DefaultIfEmpty().Max();
        var ok = held.Select(part => part.Successful + part.Failed).DefaultIfEmpty().Max() - failed;
        foreach (var name in new[] { "all", day, $"from {report.Organization}", $"{day} from {report.Organization}" })
            Add(name, ok + without.Sum(part => part.Successful), failed + without.Sum(part => part.Failed), 1);
        Last(report.Organization, day);
        foreach (var part in parts)
        {
            foreach (var name in new[] { $"type {part.PolicyType}", $"{day} {part.PolicyType}", $"from {report.Organization} {part.PolicyType}" })
                Add(name, part.Successful, part.Failed);
            Add($"type {part.PolicyType} details", 0, part.Failed);
        }
        // Failures too stand under each policy: of each row as many as the policy type with the most tells of.
        foreach (var row in parts.SelectMany(part => part.Failures.SelectMany(failure => new[] { $"result {failure.ResultType}", $"mx {failure.MxHost}", $"mx {failure.MxHost} {failure.ResultType}",
            $"{day} {failure.ResultType} at {failure.MxHost} from {report.Organization}" }.Select(name => (name, part.PolicyType, failure.Sessions)))).GroupBy(told => told.name))
        {
            var failedInRow = Largest(row.Select(told => (told.PolicyType, told.Sessions)));
            Add(row.Key, 0, row.Key == Unnamed ? Math.Clamp(NotNamedElsewhere(parts), 0, failedInRow) : failedInRow);
        }
    }

    /// <summary>Sessions whose host no policy type names: what stands without one under a policy type may stand with one under another.</summary>
    private static long NotNamedElsewhere(FirePart[] parts)
    {
        if (parts.Count(part => part.PolicyType != "no-policy-found" && part.Failed > 0) < 2)
            return long.MaxValue;
        var told = parts.SelectMany(part => part.Failures.Select(failure => (part.PolicyType, failure.MxHost, failure.Sessions))).ToArray();
        return Largest(told.Select(failure => (failure.PolicyType, failure.Sessions)))
            - told.Where(failure => failure.MxHost is not null).GroupBy(failure => failure.MxHost).Sum(host => Largest(host.Select(failure => (failure.PolicyType, failure.Sessions))));
    }

    private static long Largest(IEnumerable<(string PolicyType, long Sessions)> told)
    {
        var types = told.GroupBy(one => one.PolicyType).ToDictionary(type => type.Key, type => type.Sum(one => one.Sessions));
        return types.Where(type => type.Key != "no-policy-found").Select(type => type.Value).DefaultIfEmpty().Max() + types.GetValueOrDefault("no-policy-found");
    }

    /// <summary>The same report comes by upload and by ways that verify nothing: the first decides whether its organisation's row is that of a claim.</summary>
    private static string Organization(JsonNode node)
    {
        const string Claimed = "claimed: ";
        const string NotVerified = " (not verified)";
        var row = (string)node["organization"]!;
        return row.StartsWith(Claimed, StringComparison.Ordinal) ? row[Claimed.Length..^NotVerified.Length] : row;
    }

    private void Last(string organization, string day)
    {
        var last = $"last from {organization}";
        lastDays[last] = lastDays.TryGetValue(last, out var known) && string.CompareOrdinal(known, day) > 0 ? known : day;
    }

    private void Add(string name, long ok, long failed, long reports = 0)
    {
        var row = rows.GetValueOrDefault(name);
        rows[name] = (row.Ok + ok, row.Failed + failed, row.Reports + reports);
    }

    private void Put(string name, JsonNode node, long reports = 0) => Add(name, Number(node, "successful"), Number(node, "failed"), reports);
}
