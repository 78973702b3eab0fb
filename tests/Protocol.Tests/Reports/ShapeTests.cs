using System.IO.Compression;
using System.Text;
using MimeKit;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>Every wrapping a report comes in gives the same report.</summary>
public class ShapeTests
{
    private static readonly byte[] Json = Given.Utf8(Given.FullJson);
    private static readonly string Expected = Given.Content(Given.One(Json));

    public static TheoryData<string, byte[]> Shapes()
    {
        var gz = Given.Gzip(Json);
        var data = new TheoryData<string, byte[]>
        {
            { "json", Json },
            { "json, byte order mark", [0xEF, 0xBB, 0xBF, .. Json] },
            { "json, white space around", [.. " \r\n\t"u8, .. Json, .. "\r\n\r\n"u8] },
            { "json, NUL behind", [.. Json, 0, 0, 0] },
            { "gzip", gz },
            { "gzip of json with byte order mark", Given.Gzip([0xEF, 0xBB, 0xBF, .. Json]) },
            { "gzip in two members", [.. Given.Gzip(Json.AsSpan(0, 100)), .. Given.Gzip(Json.AsSpan(100))] },
            { "gzip with rubbish behind", [.. gz, .. "rubbish"u8] },
            { "gzip sent with Content-Encoding gzip", Given.Gzip(gz) },
            { "zip", Given.Zip(("r.json", Json)) },
            { "zip, stored", Given.Zip(CompressionLevel.NoCompression, ("r.json", Json)) },
            { "zip of gzip", Given.Zip(("r.json.gz", gz)) },
            { "zip with other members", Given.Zip(("readme.txt", Given.Utf8("hello")), ("empty/", []), ("r.json", Json)) },
            { "zip with a comment", WithComment(Given.Zip(("r.json", Json))) },
            { "mail", Given.Utf8(Given.Mail(gz)) },
            { "mail, LF", Given.Utf8(Given.Mail(gz, newLine: "\n")) },
            { "mail, json in base64", Given.Utf8(Given.Mail(Json, "application/tlsrpt+json")) },
            { "mail, zip", Given.Utf8(Given.Mail(Given.Zip(("r.json", Json)), "application/zip")) },
            { "mail, label lies: text/plain", Given.Utf8(Given.Mail(gz, "text/plain")) },
            { "mail, label lies: json for gzip", Given.Utf8(Given.Mail(gz, "application/tlsrpt+json")) },
            { "mail, label of no meaning", Given.Utf8(Given.Mail(gz, "application/octet-stream")) },
            { "mail, in an mbox", Given.Utf8("From reports@lighthouse.example Wed Mar  5 00:10:00 2025\r\n" + Given.Mail(gz)) },
            { "mail, blank lines in front", Given.Utf8("\r\n\r\n" + Given.Mail(gz)) },
            { "mail, first part is json but no report", Given.Utf8(Given.Mail(gz, human: """{"hello":"world"}""")) },
            { "mail, first part is a broken gzip", Given.Utf8(Given.Mail(gz, human: "\x1f\x8b nonsense")) },
            { "mail, whole body is json", Given.Utf8("Subject: r\r\nContent-Type: application/tlsrpt+json\r\n\r\n" + Given.FullJson) },
            { "mail, whole body is base64 gzip", Given.Utf8("Subject: r\r\nContent-Transfer-Encoding: BASE64\r\n\r\n" + Given.Base64Lines(gz, "\r\n") + "\r\n") },
            { "mail, base64 with rubbish between", Given.Utf8(Given.Mail(gz).Replace("H4sI", "H4*s!I", StringComparison.Ordinal)) },
            { "mail, 8bit gzip", [.. "Subject: r\r\nContent-Transfer-Encoding: binary\r\n\r\n"u8, .. gz] },
            { "mail, quoted-printable", QuotedPrintable() },
            { "mail, uuencoded", UUEncoded(gz) },
            { "mail, no MIME at all", Given.Utf8("Subject: r\n\n" + Given.FullJson) },
            { "mail, forwarded as attachment", Forwarded(Given.Utf8(Given.Mail(gz)), "message/rfc822", false) },
            { "mail, forwarded as base64 attachment", Forwarded(Given.Utf8(Given.Mail(gz)), "message/rfc822", true) },
            { "mail, forwarded as a file .eml", Forwarded(Given.Utf8(Given.Mail(gz)), "application/octet-stream; name=\"r.eml\"", true) },
            { "mail, nested multiparts", Nested(gz) },
            { "json in UTF-16, little endian", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Given.FullJson)] },
            { "json in UTF-16, big endian", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Given.FullJson)] },
            { "json in UTF-16, unmarked", Encoding.Unicode.GetBytes(Given.FullJson) },
            { "json in UTF-16, big endian, unmarked", Encoding.BigEndianUnicode.GetBytes(Given.FullJson) },
        };
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Decode_AnyShape_GivesTheSameReport(string shape, byte[] bytes)
    {
        Assert.NotEmpty(shape);

        Assert.Equal(Expected, Given.Content(Given.One(bytes)));
    }

    [Fact]
    public void Decode_FullReport_ReadsEveryField()
    {
        var report = Given.One(Json);

        Assert.Equal(("Lighthouse Mail", "tls@lighthouse.example", "2025-03-04_harbour"), (report.OrganizationName, report.ContactInfo, report.ReportId));
        Assert.Equal(new DateTimeOffset(2025, 3, 4, 0, 0, 0, TimeSpan.Zero), report.Start);
        Assert.Equal(new DateTimeOffset(2025, 3, 4, 23, 59, 59, TimeSpan.Zero), report.End);
        Assert.Equal(("lighthouse.example", new DateOnly(2025, 3, 4)), (report.Submitter, report.Day));
        Assert.Equal([Given.Domain], report.PolicyDomains);
        Assert.Empty(report.Mended);
        Assert.Equal(Truncations.None, report.Truncated);
        var policy = Assert.Single(report.Policies);
        Assert.Equal((PolicyTypes.Sts, Given.Domain, 40L, 3L), (policy.PolicyType, policy.PolicyDomain, policy.Successful, policy.Failed));
        Assert.Equal(["version: STSv1", "mode: testing", "mx: mx1.harbour.example", "max_age: 86400"], policy.PolicyString);
        Assert.Equal(["mx1.harbour.example"], policy.MxHost);
        Assert.Equal(
            new FailureDetail
            {
                ResultType = ResultTypes.CertificateExpired,
                SendingMtaIp = "192.0.2.1",
                ReceivingMxHostname = "mx1.harbour.example",
                ReceivingMxHelo = "mx1",
                ReceivingIp = "2001:db8::25",
                FailedSessions = 3,
                AdditionalInformation = "https://lighthouse.example/why",
                FailureReasonCode = "X509_V_ERR_CERT_HAS_EXPIRED",
            },
            Assert.Single(policy.Details));
    }

    [Fact]
    public void Decode_Mail_TellsItsFacts()
    {
        var mail = Given.Decoded(Given.Utf8(Given.Mail(Given.Gzip(Json)))).Mail!;

        Assert.Equal(Given.Domain, mail.TlsReportDomain);
        Assert.Equal("lighthouse.example", mail.TlsReportSubmitter);
        Assert.Equal("Report Domain: harbour.example\tSubmitter: lighthouse.example\tReport-ID: <1@lighthouse.example>", mail.Subject);
        Assert.Equal("reports@lighthouse.example", mail.From);
        Assert.Equal("m1@lighthouse.example", mail.MessageId);
        Assert.Equal("lighthouse.example!harbour.example!1741046400!1741132799!001.json.gz", mail.AttachmentName);
        Assert.Equal("001", mail.FileName!.UniqueId);
    }

    [Fact]
    public void Decode_ForwardedMail_TellsTheFactsOfTheInnerOne()
    {
        var mail = Given.Decoded(Forwarded(Given.Utf8(Given.Mail(Given.Gzip(Json))), "message/rfc822", true)).Mail!;

        Assert.Equal(("m1@lighthouse.example", Given.Domain), (mail.MessageId, mail.TlsReportDomain));
    }

    [Fact]
    public void Decode_BareJson_HasNoMailFacts() => Assert.Null(Given.Decoded(Json).Mail);

    [Fact]
    public void Decode_MailWithoutReportHeaders_LeavesThemNull()
    {
        var mail = Given.Decoded(Given.Utf8("Subject: r\n\n" + Given.FullJson)).Mail!;

        Assert.Equal((null, null, null, null, null), (mail.TlsReportDomain, mail.TlsReportSubmitter, mail.From, mail.MessageId, mail.AttachmentName));
    }

    [Fact]
    public void Decode_EncodedSubject_IsDecoded()
    {
        var mail = Given.Decoded(Given.Utf8("Subject: =?utf-8?q?Bericht_f=C3=BCr?=\n =?utf-8?b?w5Y=?=\nFrom: =?utf-8?q?J=C3=B6?= <jo@lighthouse.example>\n\n" + Given.FullJson)).Mail!;

        Assert.Equal(("Bericht fürÖ", "jo@lighthouse.example"), (mail.Subject, mail.From));
    }

    [Fact]
    public void Decode_SliceOfALargerArray_ReadsTheSliceOnly()
    {
        byte[] padded = [.. "xx"u8, .. Given.Utf8(Given.Mail(Given.Gzip(Json))), .. "{"u8];

        var result = ReportDecoder.Decode(padded.AsMemory(2, padded.Length - 3), ReportLimits.Default);

        Assert.Equal(Expected, Given.Content(Assert.Single(Assert.IsType<DecodeResult.Decoded>(result).Reports)));
    }

    [Fact]
    public void Decode_SeveralReports_GivesThemInOrder()
    {
        var zip = Given.Zip(("1.json", Json), ("2.json", Given.Utf8(Given.SmallJson)), ("3.json.gz", Given.Gzip(Json)));

        var reports = Given.Decoded(zip).Reports;

        Assert.Equal(["harbour.example", "a.example", "harbour.example"], reports.Select(r => r.Policies[0].PolicyDomain));
    }

    [Fact]
    public void Decode_ReportBesideABrokenOne_KeepsItAndTellsTheOther()
    {
        var decoded = Given.Decoded(Given.Zip(("1.json", Json), ("2.json", Json[..200])));

        Assert.Single(decoded.Reports);
        var skipped = Assert.Single(decoded.Skipped);
        Assert.Equal((RefusalReason.MalformedJson, "file 2 (2.json)"), (skipped.Refusal.Reason, skipped.Where));
    }

    private static byte[] WithComment(byte[] zip)
    {
        zip[^2] = 7;
        return [.. zip, .. "comment"u8];
    }

    private static byte[] QuotedPrintable()
    {
        var encoded = Given.FullJson.Replace("=", "=3D", StringComparison.Ordinal).Replace("}", "=7D", StringComparison.Ordinal).Replace("harbour", "har=\r\nbour", StringComparison.Ordinal);
        return Given.Utf8("Subject: r\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + encoded);
    }

    private static byte[] UUEncoded(byte[] content)
    {
        using var part = new MimePart("application", "octet-stream") { Content = new MimeContent(new MemoryStream(content)), ContentTransferEncoding = ContentEncoding.UUEncode, FileName = "r.json.gz" };
        using var message = new MimeMessage { Body = part, Subject = "r" };
        using var written = new MemoryStream();
        message.WriteTo(written);
        return written.ToArray();
    }

    private static byte[] Forwarded(byte[] mail, string type, bool base64)
        => [.. Given.Utf8($"Subject: Fwd\r\nMessage-ID: <outer@harbour.example>\r\nContent-Type: multipart/mixed; boundary=f\r\n\r\n--f\r\n\r\nSee below: it is for you.\r\n--f\r\nContent-Type: {type}\r\nContent-Transfer-Encoding: {(base64 ? "base64" : "8bit")}\r\n\r\n"),
            .. base64 ? Given.Utf8(Given.Base64Lines(mail, "\r\n")) : mail, .. "\r\n--f--\r\n"u8];

    private static byte[] Nested(byte[] gz)
        => Given.Utf8("Subject: r\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/report; boundary=c\r\n\r\n--c\r\n\r\ntext\r\n--c\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Given.Base64Lines(gz, "\r\n") + "\r\n--c--\r\n--b--\r\n--a--\r\n");
}
