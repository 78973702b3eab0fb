using System.IO.Compression;
using MimeKit;

namespace MtaSts.Protocol.Reports;

/// <summary>The header fields of a report mail.</summary>
public sealed record ReportMailOptions
{
    /// <summary>Address in <c>From</c>; its domain should be the submitter's.</summary>
    public required string From { get; init; }

    /// <summary>Address in <c>To</c>: the <c>rua</c> of the reporting record.</summary>
    public required string To { get; init; }

    /// <summary>Header <c>Date</c>.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>Whether the report is sent as <c>application/tlsrpt+gzip</c> (§5.2 recommends it) or as <c>application/tlsrpt+json</c>.</summary>
    public bool Compress { get; init; } = true;
}

/// <summary>Writes a report as the mail of RFC 8460 §5.3: for demonstration data and tests. The same arguments give the same bytes.</summary>
public static class ReportMail
{
    /// <summary>A <c>multipart/report</c> with a human-readable sentence and the report, in CRLF lines, unsigned.</summary>
    /// <param name="report">The report. Its <see cref="TlsReport.Submitter"/> should be a domain: it is used in the headers and the file name.</param>
    /// <param name="policyDomain">The domain reported on.</param>
    /// <param name="options">Addresses, date, compression.</param>
    public static byte[] Write(TlsReport report, string policyDomain, ReportMailOptions options)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(options);
        var domain = ReportDomains.Normalise(policyDomain);
        var submitter = report.Submitter ?? ReportDomains.OfAddress(options.From) ?? "localhost";
        var key = ReportIdentity.Of(report, domain);
        var id = $"{key}@{submitter}";

        using var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(options.From));
        message.To.Add(MailboxAddress.Parse(options.To));
        message.Date = options.Date;
        message.MessageId = id;
        message.Subject = $"Report Domain: {domain} Submitter: {submitter} Report-ID: <{id}>";
        message.Headers.Add("TLS-Report-Domain", domain);
        message.Headers.Add("TLS-Report-Submitter", submitter);
        message.Headers.Add("TLS-Required", "No");

        var json = ReportWriter.Write(report);
        var payload = new MemoryStream(options.Compress ? Gzip(json) : json);
        var part = new MimePart("application", options.Compress ? "tlsrpt+gzip" : "tlsrpt+json")
        {
            Content = new MimeContent(payload),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
            ContentTransferEncoding = ContentEncoding.Base64,
        };
        part.FileName = new ReportFileName(submitter, domain, report.Start, report.End, null, options.Compress).ToString();
        var body = new Multipart("report")
        {
            new TextPart("plain") { Text = $"This is an aggregate TLS report for {domain} from {submitter}.\r\n" },
            part,
        };
        body.Boundary = "=-" + key;
        body.ContentType.Parameters.Add("report-type", "tlsrpt");
        message.Body = body;

        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var written = new MemoryStream();
        message.WriteTo(format, written);
        return written.ToArray();
    }

    /// <summary>Whether bytes begin like a mail: with a header field, optionally after a prefix that some stores add.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => Decoding.Sniffer.Sniff(bytes) == Decoding.PayloadKind.Mail;

    /// <summary>The mail without the prefix that some stores add: blank lines, a byte order mark and the "From " line of an mbox.</summary>
    public static ReadOnlyMemory<byte> WithoutEnvelopeLine(ReadOnlyMemory<byte> mail) => mail[^Decoding.Sniffer.WithoutEnvelope(mail.Span).Length..];

    private static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return buffer.ToArray();
    }
}
