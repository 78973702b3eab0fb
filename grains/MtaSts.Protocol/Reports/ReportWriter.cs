using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MtaSts.Protocol.Reports;

/// <summary>Writes a report as JSON in the shape of RFC 8460 §4.4: for demonstration data and tests. Decoding it gives the same report.</summary>
public static class ReportWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>UTF-8 without byte order mark. Absent values are left out; <c>policies</c> is always a list.</summary>
    public static byte[] Write(TlsReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            Text(json, "organization-name"u8, report.OrganizationName);
            json.WriteStartObject("date-range"u8);
            json.WriteString("start-datetime"u8, Moment(report.Start));
            json.WriteString("end-datetime"u8, Moment(report.End));
            json.WriteEndObject();
            Text(json, "contact-info"u8, report.ContactInfo);
            Text(json, "report-id"u8, report.ReportId);
            json.WriteStartArray("policies"u8);
            foreach (var policy in report.Policies)
                Policy(json, policy);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Policy(Utf8JsonWriter json, ReportedPolicy policy)
    {
        json.WriteStartObject();
        json.WriteStartObject("policy"u8);
        json.WriteString("policy-type"u8, policy.PolicyType);
        List(json, "policy-string"u8, policy.PolicyString);
        Text(json, "policy-domain"u8, policy.PolicyDomain);
        List(json, "mx-host"u8, policy.MxHost);
        json.WriteEndObject();
        json.WriteStartObject("summary"u8);
        json.WriteNumber("total-successful-session-count"u8, policy.Successful);
        json.WriteNumber("total-failure-session-count"u8, policy.Failed);
        json.WriteEndObject();
        if (policy.Details.Count > 0)
        {
            json.WriteStartArray("failure-details"u8);
            foreach (var detail in policy.Details)
                Detail(json, detail);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Detail(Utf8JsonWriter json, FailureDetail detail)
    {
        json.WriteStartObject();
        json.WriteString("result-type"u8, detail.ResultType);
        Text(json, "sending-mta-ip"u8, detail.SendingMtaIp);
        Text(json, "receiving-mx-hostname"u8, detail.ReceivingMxHostname);
        Text(json, "receiving-mx-helo"u8, detail.ReceivingMxHelo);
        Text(json, "receiving-ip"u8, detail.ReceivingIp);
        json.WriteNumber("failed-session-count"u8, detail.FailedSessions);
        Text(json, "additional-information"u8, detail.AdditionalInformation);
        Text(json, "failure-reason-code"u8, detail.FailureReasonCode);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void List(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static string Moment(DateTimeOffset moment)
    {
        var utc = moment.UtcDateTime;
        return utc.ToString(utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
    }
}
