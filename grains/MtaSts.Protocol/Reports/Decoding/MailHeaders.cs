using MimeKit;
using MimeKit.Utils;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The header fields of one message that describe a report; the first of each name is used.</summary>
internal sealed class MailHeaders
{
    // A folded Subject or From of a reporter is below 1 KiB; decoding more untrusted text is useless.
    private const int LongestRead = 8 * 1024;

    private Header? _domain, _submitter, _subject, _from, _messageId;

    public void Add(Header header)
    {
        switch (header.Id)
        {
            case HeaderId.Subject:
                _subject ??= header;
                break;
            case HeaderId.From:
                _from ??= header;
                break;
            case HeaderId.MessageId:
                _messageId ??= header;
                break;
            default:
                if (header.Field.Equals("TLS-Report-Domain", StringComparison.OrdinalIgnoreCase))
                    _domain ??= header;
                else if (header.Field.Equals("TLS-Report-Submitter", StringComparison.OrdinalIgnoreCase))
                    _submitter ??= header;
                break;
        }
    }

    public MailFacts Facts(string? attachmentName, ReportLimits limits)
    {
        var name = Cut(attachmentName, limits);
        return new MailFacts
        {
            TlsReportDomain = Text(_domain, limits) is { } domain ? ReportDomains.Normalise(domain) : null,
            TlsReportSubmitter = Text(_submitter, limits) is { } submitter ? ReportDomains.Normalise(submitter) : null,
            Subject = Text(_subject, limits),
            From = Address(limits),
            MessageId = Text(_messageId, limits)?.Trim('<', '>', ' ', '\t'),
            AttachmentName = name,
            FileName = ReportFileName.TryParse(name),
        };
    }

    private string? Address(ReportLimits limits)
    {
        if (_from is null)
            return null;
        var raw = Raw(_from);
        return InternetAddressList.TryParse(ParserOptions.Default, raw, out var list) && list.Mailboxes.FirstOrDefault() is { } mailbox
            ? Cut(mailbox.Address, limits)
            : Text(_from, limits);
    }

    private static string? Text(Header? header, ReportLimits limits)
        => header is null ? null : Cut(Header.Unfold(Rfc2047.DecodeText(Raw(header))), limits);

    private static byte[] Raw(Header header) => header.RawValue.Length <= LongestRead ? header.RawValue : header.RawValue[..LongestRead];

    private static string? Cut(string? text, ReportLimits limits)
    {
        text = text?.Replace('\0', '\uFFFD').Trim();
        return string.IsNullOrEmpty(text) ? null : text.Length <= limits.MaxStringBytes ? text : text[..limits.MaxStringBytes];
    }
}
