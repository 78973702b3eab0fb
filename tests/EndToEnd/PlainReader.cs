using System.IO.Compression;
using System.Text.Json;
using MimeKit;

namespace MtaSts.EndToEnd;

/// <summary>
/// A second reader of reports, which shares nothing with the product's: MimeKit, GZipStream and JsonDocument, straight down. For well-meant
/// reports alone.
/// </summary>
internal static class PlainReader
{
    /// <summary>The report's JSON and the mail's TLS-Report-Domain; null when there is no report in it.</summary>
    public static (JsonElement Report, string? HeaderDomain)? Read(byte[] raw)
    {
        if (Json(raw) is { } bare)
            return (bare, null);
        var mail = MimeMessage.Load(new MemoryStream(raw));
        foreach (var part in mail.BodyParts.OfType<MimePart>())
        {
            using var content = new MemoryStream();
            part.Content?.DecodeTo(content);
            if (Json(content.ToArray()) is { } inside)
                return (inside, mail.Headers["TLS-Report-Domain"]);
        }
        return null;
    }

    /// <summary>What the report adds to each domain, by the RFC's own words.</summary>
    /// <param name="report">The JSON.</param>
    /// <param name="fallback">Where a policy names no domain and the report no single one.</param>
    public static IEnumerable<Share> Shares(JsonElement report, string fallback)
    {
        var policies = report.GetProperty("policies").EnumerateArray().ToArray();
        var named = policies.Select(Domain).OfType<string>().Distinct().ToArray();
        foreach (var domain in policies.GroupBy(policy => Domain(policy) ?? (named.Length == 1 ? named[0] : fallback)))
        {
            var types = domain.GroupBy(policy => policy.GetProperty("policy").GetProperty("policy-type").GetString()!)
                .ToDictionary(type => type.Key, type => (Ok: type.Sum(policy => Count(policy, "total-successful-session-count")), Failed: type.Sum(policy => Count(policy, "total-failure-session-count"))));
            var details = domain.SelectMany(policy => Details(policy).Select(detail => (policy.GetProperty("policy").GetProperty("policy-type").GetString()!, detail.Type, detail.Mx, detail.Failed))).ToArray();
            var key = string.Join('\n', Submitter(report), Text(report, "report-id"), domain.Key, Text(report.GetProperty("date-range"), "start-datetime"), Text(report.GetProperty("date-range"), "end-datetime"));
            yield return new Share(key, domain.Key, Year(report), types, details);
        }
    }

    private static string? Domain(JsonElement policy) => Text(policy.GetProperty("policy"), "policy-domain")?.ToLowerInvariant();

    private static IEnumerable<(string Type, string? Mx, long Failed)> Details(JsonElement policy) =>
        policy.TryGetProperty("failure-details", out var details) && details.ValueKind == JsonValueKind.Array
            ? details.EnumerateArray().Select(detail => (Text(detail, "result-type")!, Text(detail, "receiving-mx-hostname")?.ToLowerInvariant(), detail.GetProperty("failed-session-count").GetInt64()))
            : [];

    private static string Submitter(JsonElement report) =>
        (Text(report, "contact-info") is { } contact && contact.Contains('@', StringComparison.Ordinal) ? contact[(contact.LastIndexOf('@') + 1)..] : Text(report, "organization-name") ?? "").ToLowerInvariant();

    private static int Year(JsonElement report) => int.Parse(Text(report.GetProperty("date-range"), "start-datetime")!.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture);

    private static long Count(JsonElement policy, string name) => policy.GetProperty("summary").TryGetProperty(name, out var count) ? count.GetInt64() : 0;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static JsonElement? Json(byte[] bytes)
    {
        try
        {
            if (bytes is [0x1f, 0x8b, ..])
            {
                using var plain = new MemoryStream();
                using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
                gzip.CopyTo(plain);
                bytes = plain.ToArray();
            }
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("policies", out _) ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What one report adds to one domain.</summary>
/// <param name="Key">Two with the same key are one report.</param>
internal sealed record Share(string Key, string Domain, int Year, IReadOnlyDictionary<string, (long Ok, long Failed)> Types, IReadOnlyList<(string Policy, string Type, string? Mx, long Failed)> Details)
{
    /// <summary>Failed sessions by what tells them apart: as with sessions, of each row as many as the policy type with the most tells of, within its total.</summary>
    public IEnumerable<(string? Key, long Failed)> Rows(Func<(string Policy, string Type, string? Mx, long Failed), string?> key) => Details.GroupBy(key).Select(row =>
    {
        var types = row.GroupBy(detail => detail.Policy).ToDictionary(type => type.Key, type => Math.Min(type.Sum(detail => detail.Failed), Types[type.Key].Failed));
        return ((string?)row.Key, types.Where(type => type.Key != "no-policy-found").Select(type => type.Value).DefaultIfEmpty().Max() + types.GetValueOrDefault("no-policy-found"));
    });

    /// <summary>Sessions stand under each policy they were held against: as many as under the one with the most; those without a policy come on top.</summary>
    public (long Ok, long Failed) Sessions
    {
        get
        {
            var without = Types.GetValueOrDefault("no-policy-found");
            var held = Types.Where(type => type.Key != "no-policy-found").Select(type => type.Value).DefaultIfEmpty().ToArray();
            var failed = held.Max(type => type.Failed);
            return (held.Max(type => type.Ok + type.Failed) - failed + without.Ok, failed + without.Failed);
        }
    }
}
