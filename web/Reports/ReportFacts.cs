using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MtaSts.Protocol.Reports;

namespace MtaSts.Web.Reports;

/// <summary>The contents of a decoded report (RFC 8460 §4.4), and its formatted JSON.</summary>
internal sealed record ReportFacts(string? Organization, string? Contact, string? ReportId, DateTimeOffset? Start, DateTimeOffset? End, IReadOnlyList<ReportedPolicy> Policies, string Json)
{
    // It is shown as text, which Blazor encodes, so umlauts need no escapes.
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReportFacts Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var range = root.TryGetProperty("date-range", out var found) ? found : default;
        return new ReportFacts(
            Text(root, "organization-name"),
            Text(root, "contact-info"),
            Text(root, "report-id"),
            Moment(range, "start-datetime"),
            Moment(range, "end-datetime"),
            ReportDecoder.Decode(Encoding.UTF8.GetBytes(json), ReportLimits.Default) is DecodeResult.Decoded { Reports: [var report, ..] } ? report.Policies : [],
            JsonSerializer.Serialize(root, Pretty));
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Moment(JsonElement element, string name) =>
        DateTimeOffset.TryParse(Text(element, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
}
