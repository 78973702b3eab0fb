using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace MtaSts.EndToEnd.Fire;

/// <summary>A report as it is sent: the same JSON in wrappings that differ byte for byte. Not written by the product's own writers.</summary>
internal static class FireBytes
{
    private const int LineLength = 76;

    /// <param name="address">Where a mail goes.</param>
    public static byte[] Of(FireReport report, FireForm form, string address) => form switch
    {
        FireForm.Json => Json(report),
        FireForm.Gzip => Gzip(Json(report)),
        FireForm.Mail => Mail(report, address, "application/tlsrpt+json", Json(report)),
        FireForm.PackedMail => Mail(report, address, "application/tlsrpt+gzip", Gzip(Json(report))),
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    private static byte[] Json(FireReport report)
    {
        var day = report.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["organization-name"] = report.Organization,
            ["date-range"] = new Dictionary<string, object> { ["start-datetime"] = $"{day}T00:00:00Z", ["end-datetime"] = $"{day}T23:59:59Z" },
            ["contact-info"] = report.Contact,
            ["report-id"] = report.Id,
            ["policies"] = report.Parts.Select(Policy).ToArray(),
        });
    }

    private static Dictionary<string, object> Policy(FirePart part) => new()
    {
        ["policy"] = new Dictionary<string, object> { ["policy-type"] = part.PolicyType, ["policy-domain"] = part.Domain },
        ["summary"] = new Dictionary<string, object> { ["total-successful-session-count"] = part.Successful, ["total-failure-session-count"] = part.Failed },
        ["failure-details"] = part.Failures.Select(failure => failure.MxHost is null
            ? new Dictionary<string, object> { ["result-type"] = failure.ResultType, ["failed-session-count"] = failure.Sessions }
            : new Dictionary<string, object> { ["result-type"] = failure.ResultType, ["receiving-mx-hostname"] = failure.MxHost, ["failed-session-count"] = failure.Sessions }).ToArray(),
    };

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Mail(FireReport report, string address, string type, byte[] content)
    {
        const string Boundary = "=_report";
        var submitter = report.Contact[(report.Contact.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var body = Convert.ToBase64String(content).Chunk(LineLength).Select(line => new string(line));
        string[] lines =
        [
            $"From: {report.Contact}", $"To: {address}", $"Subject: Report Domain: {report.Domains[0]} Submitter: {submitter} Report-ID: <{report.Id}@{submitter}>",
            $"Date: {report.Day.AddDays(1).ToString("ddd, dd MMM yyyy", CultureInfo.InvariantCulture)} 03:00:00 +0000", $"Message-ID: <{report.Id}@{submitter}>",
            $"TLS-Report-Domain: {report.Domains[0]}", $"TLS-Report-Submitter: {submitter}", "MIME-Version: 1.0",
            $"Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=\"{Boundary}\"", "",
            $"--{Boundary}", "Content-Type: text/plain", "", "A report of TLS between our servers.", "",
            $"--{Boundary}", $"Content-Type: {type}", "Content-Transfer-Encoding: base64", "", .. body, $"--{Boundary}--", "",
        ];
        return Encoding.ASCII.GetBytes(string.Join("\r\n", lines));
    }
}

/// <summary>What a report is wrapped in.</summary>
internal enum FireForm
{
    Json,
    Gzip,
    Mail,
    PackedMail,
}
