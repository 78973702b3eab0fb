using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using MimeKit;

namespace MtaSts.Bench.Decode;

/// <summary>A TLS report decoder as one would write it plainly in C#: MimeKit for the mail, System.Text.Json into records.</summary>
internal static class PlainDecoder
{
    public static Sums Decode(byte[] raw)
    {
        if (raw[0] == '{')
            return Read(raw);
        var sums = default(Sums);
        using var message = MimeMessage.Load(new MemoryStream(raw));
        foreach (var part in message.BodyParts.OfType<MimePart>().Where(part => part.ContentType.MediaType == "application"))
        {
            using var content = new MemoryStream();
            part.Content!.DecodeTo(content);
            sums += Read(content.ToArray());
        }
        return sums;
    }

    private static Sums Read(byte[] payload)
    {
        Report report;
        if (payload is [0x1f, 0x8b, ..])
        {
            using var gzip = new GZipStream(new MemoryStream(payload), CompressionMode.Decompress);
            report = JsonSerializer.Deserialize<Report>(gzip)!;
        }
        else
        {
            report = JsonSerializer.Deserialize<Report>(payload)!;
        }
        var sums = new Sums(1, 0, 0, 0);
        foreach (var entry in report.Policies)
            sums += new Sums(0, entry.Summary.Successful, entry.Summary.Failed, entry.Details?.Count ?? 0);
        return sums;
    }

    private sealed record Report(
        [property: JsonPropertyName("organization-name")] string? Organization,
        [property: JsonPropertyName("report-id")] string? Id,
        [property: JsonPropertyName("date-range")] DateRange Range,
        [property: JsonPropertyName("policies")] List<Entry> Policies);

    private sealed record DateRange([property: JsonPropertyName("start-datetime")] DateTimeOffset Start, [property: JsonPropertyName("end-datetime")] DateTimeOffset End);

    private sealed record Entry(
        [property: JsonPropertyName("policy")] Policy Policy,
        [property: JsonPropertyName("summary")] Summary Summary,
        [property: JsonPropertyName("failure-details")] List<Detail>? Details);

    private sealed record Policy([property: JsonPropertyName("policy-type")] string Type, [property: JsonPropertyName("policy-domain")] string? Domain);

    private sealed record Summary(
        [property: JsonPropertyName("total-successful-session-count")] long Successful,
        [property: JsonPropertyName("total-failure-session-count")] long Failed);

    private sealed record Detail(
        [property: JsonPropertyName("result-type")] string Type,
        [property: JsonPropertyName("sending-mta-ip")] string? SendingIp,
        [property: JsonPropertyName("receiving-mx-hostname")] string? Host,
        [property: JsonPropertyName("failed-session-count")] long Failed,
        [property: JsonPropertyName("failure-reason-code")] string? Reason);
}
