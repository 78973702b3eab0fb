using System.IO.Compression;
using System.Text;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>Reports and the wrappings they come in, built from fictional names.</summary>
internal static class Given
{
    public const string Domain = "harbour.example";

    /// <summary>A report as a reporter with every field filled would send it.</summary>
    public const string FullJson = """
        {
          "organization-name": "Lighthouse Mail",
          "date-range": { "start-datetime": "2025-03-04T00:00:00Z", "end-datetime": "2025-03-04T23:59:59Z" },
          "contact-info": "tls@lighthouse.example",
          "report-id": "2025-03-04_harbour",
          "policies": [{
            "policy": {
              "policy-type": "sts",
              "policy-string": ["version: STSv1", "mode: testing", "mx: mx1.harbour.example", "max_age: 86400"],
              "policy-domain": "harbour.example",
              "mx-host": ["mx1.harbour.example"]
            },
            "summary": { "total-successful-session-count": 40, "total-failure-session-count": 3 },
            "failure-details": [{
              "result-type": "certificate-expired",
              "sending-mta-ip": "192.0.2.1",
              "receiving-mx-hostname": "mx1.harbour.example",
              "receiving-mx-helo": "mx1",
              "receiving-ip": "2001:db8::25",
              "failed-session-count": 3,
              "additional-information": "https://lighthouse.example/why",
              "failure-reason-code": "X509_V_ERR_CERT_HAS_EXPIRED"
            }]
          }]
        }
        """;

    public const string SmallJson =
        """{"date-range":{"start-datetime":"2025-03-04T00:00:00Z","end-datetime":"2025-03-05T00:00:00Z"},"policies":[{"policy":{"policy-type":"sts","policy-domain":"a.example"},"summary":{"total-successful-session-count":2,"total-failure-session-count":1}}]}""";

    /// <summary>A report with the given text as its <c>policies</c>.</summary>
    public static string WithPolicies(string policies)
        => $$"""{"organization-name":"Org","date-range":{"start-datetime":"2025-03-04T00:00:00Z","end-datetime":"2025-03-04T23:59:59Z"},"contact-info":"a@org.example","report-id":"r1","policies":{{policies}}}""";

    /// <summary>A report with one <c>sts</c> policy of <see cref="Domain"/>; the texts are put into its policy object and after its summary.</summary>
    public static string WithPolicy(string inPolicy = "", string afterSummary = "", string summary = """{"total-successful-session-count":5,"total-failure-session-count":4}""")
        => WithPolicies($$"""[{"policy":{"policy-type":"sts","policy-domain":"{{Domain}}"{{Comma(inPolicy)}}},"summary":{{summary}}{{Comma(afterSummary)}}}]""");

    public static string WithDetail(string detail) => WithPolicy(afterSummary: $$"""
        "failure-details":[{{detail}}]
        """);

    public static string WithRange(string start, string end)
        => $$"""{"organization-name":"Org","date-range":{"start-datetime":{{start}},"end-datetime":{{end}}},"contact-info":"a@org.example","report-id":"r1","policies":[]}""";

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Gzip(params ReadOnlySpan<byte> bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return buffer.ToArray();
    }

    public static byte[] Gzip(string text) => Gzip(Utf8(text));

    public static byte[] Zip(params (string Name, byte[] Content)[] members) => Zip(CompressionLevel.Optimal, members);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] members)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in members)
                using (var stream = zip.CreateEntry(name, level).Open())
                    stream.Write(content);
        return buffer.ToArray();
    }

    /// <summary>A mail by RFC 8460 §5.3 with the report's bytes in base64.</summary>
    public static string Mail(byte[] report, string type = "application/tlsrpt+gzip", string newLine = "\r\n", string human = "This is an aggregate TLS report.")
        => string.Join(newLine,
        [
            "From: Lighthouse Reports <reports@lighthouse.example>",
            "To: abc@in.tlsrpt.example",
            "Subject: Report Domain: harbour.example",
            "\tSubmitter: lighthouse.example",
            "\tReport-ID: <1@lighthouse.example>",
            "Message-ID: <m1@lighthouse.example>",
            "TLS-Report-Domain: Harbour.Example.",
            "TLS-Report-Submitter: lighthouse.example",
            "MIME-Version: 1.0",
            "Content-Type: multipart/report; report-type=tlsrpt; boundary=\"=-b\"",
            "",
            "--=-b",
            "Content-Type: text/plain; charset=utf-8",
            "",
            human,
            "--=-b",
            $"Content-Type: {type}",
            "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment; filename=\"lighthouse.example!harbour.example!1741046400!1741132799!001.json.gz\"",
            "",
            Base64Lines(report, newLine),
            "--=-b--",
            "",
        ]);

    public static string Base64Lines(byte[] bytes, string newLine)
        => string.Join(newLine, Convert.ToBase64String(bytes).Chunk(76).Select(line => new string(line)));

    /// <summary>Decodes, and fails the test unless there is exactly one report.</summary>
    public static TlsReport One(byte[] bytes) => Assert.Single(Decoded(bytes).Reports);

    public static TlsReport One(string text) => One(Utf8(text));

    public static DecodeResult.Decoded Decoded(byte[] bytes, ReportLimits? limits = null)
    {
        var result = ReportDecoder.Decode(bytes, limits ?? ReportLimits.Default);
        return result as DecodeResult.Decoded ?? throw new Xunit.Sdk.XunitException(result.ToString());
    }

    public static DecodeResult.Refused Refused(byte[] bytes, ReportLimits? limits = null)
        => Assert.IsType<DecodeResult.Refused>(ReportDecoder.Decode(bytes, limits ?? ReportLimits.Default));

    public static DecodeResult.Refused Refused(string text, ReportLimits? limits = null) => Refused(Utf8(text), limits);

    public static ReportedPolicy Policy(string json) => Assert.Single(One(json).Policies);

    public static FailureDetail Detail(string detail) => Assert.Single(Policy(WithDetail(detail)).Details);

    public static string[] Codes(string json) => [.. One(json).Mended.Select(m => m.Code)];

    /// <summary>What the report says, for comparing reports by content.</summary>
    public static string Content(TlsReport report) => Encoding.UTF8.GetString(ReportWriter.Write(report));

    private static string Comma(string text) => text.Length == 0 ? "" : "," + text;
}
