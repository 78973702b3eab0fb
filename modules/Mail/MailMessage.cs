using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Mail;

/// <summary>Writes a notice as a mail with a text and an HTML part, without remote content.</summary>
internal static class MailMessage
{
    /// <summary>Longest subject in characters; mail programs show less.</summary>
    public const int MaxSubject = 200;

    /// <summary>Longest text in characters, all paragraphs together. Limits the size of a mail, together with <see cref="MaxParagraphs"/>.</summary>
    public const int MaxText = 100_000;

    /// <summary>Most paragraphs of a mail; further ones are left out.</summary>
    public const int MaxParagraphs = 200;

    /// <summary>Longest next step in characters.</summary>
    public const int MaxStep = 5_000;

    public static MimeMessage Write(Notice notice, MailboxAddress from, MailboxAddress to)
    {
        var domain = MailAddress.DomainOf(from);
        var thread = $"{Hash(notice.CauseKey)}@{domain}"; // No mail has this id, but all mails of a cause refer to it, so that mail programs group them (RFC 5322 §3.6.4).
        var message = new MimeMessage
        {
            Date = notice.CreatedAt, // A repeat has the same Date and Message-ID, so that it is recognised.
            MessageId = $"{notice.Id}@{domain}",
            InReplyTo = thread,
            Subject = NoticeText.Line(notice.Title, MaxSubject),
            Body = new MultipartAlternative(new TextPart("plain") { Text = Text(notice) }, new TextPart("html") { Text = Html(notice) }),
        };
        message.From.Add(from);
        message.To.Add(to);
        message.References.Add(thread);
        message.Headers.Add("Auto-Submitted", "auto-generated"); // Prevents automatic answers (RFC 3834 §5).
        if (NoticeText.Link(notice.UnsubscribeLink) is { } link)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{link}>"); // RFC 2369 §3.2.
            if (notice.UnsubscribeLink!.Scheme == Uri.UriSchemeHttps)
                message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click"); // RFC 8058 §3.1: with an HTTPS URI only.
        }
        if (notice.Severity == NoticeSeverity.Critical)
            message.Importance = MessageImportance.High;
        return message;
    }

    /// <summary>Writes the text part. Paragraphs are separated by an empty line and not wrapped: mail programs wrap long lines without format=flowed.</summary>
    private static string Text(Notice notice)
    {
        var text = new StringBuilder();
        foreach (var paragraph in Paragraphs(notice))
            text.Append(paragraph).Append("\n\n");
        if (notice.NextStep is { } step)
            text.Append("Next step: ").Append(NoticeText.Paragraph(step, MaxStep)).Append("\n\n");
        if (NoticeText.Link(notice.Link) is { } link)
            text.Append(link).Append("\n\n");
        text.Append("-- \n").Append(Footer(notice)).Append('\n');
        if (NoticeText.Link(notice.UnsubscribeLink) is { } unsubscribe)
            text.Append("Unsubscribe: ").Append(unsubscribe).Append('\n');
        return text.ToString();
    }

    private static string Html(Notice notice)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html><body style=\"font-family:sans-serif\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(NoticeText.Line(notice.Title, MaxSubject))}</h2>\n");
        foreach (var paragraph in Paragraphs(notice))
            html.Append(CultureInfo.InvariantCulture, $"<p>{Encode(paragraph)}</p>\n");
        if (notice.NextStep is { } step)
            html.Append(CultureInfo.InvariantCulture, $"<p><strong>Next step:</strong> {Encode(NoticeText.Paragraph(step, MaxStep))}</p>\n");
        if (NoticeText.Link(notice.Link) is { } link)
            html.Append(CultureInfo.InvariantCulture, $"<p><a href=\"{Encode(link)}\">{(notice.Kind == NoticeKind.Confirmation ? "Confirm" : "Details")}</a></p>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p style=\"color:#666\">{Encode(Footer(notice))}");
        if (NoticeText.Link(notice.UnsubscribeLink) is { } unsubscribe)
            html.Append(CultureInfo.InvariantCulture, $" · <a href=\"{Encode(unsubscribe)}\">Unsubscribe</a>");
        return html.Append("</p>\n</body></html>\n").ToString();
    }

    private static IEnumerable<string> Paragraphs(Notice notice) => NoticeText.Fit(notice.Paragraphs.Select(static paragraph => NoticeText.Paragraph(paragraph)), MaxText, MaxParagraphs);

    private static string Footer(Notice notice) => string.Create(CultureInfo.InvariantCulture, $"{(notice.Domain is { } domain ? NoticeText.Line(domain, MaxSubject) + " · " : "")}{notice.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    private static string Encode(string text) => WebUtility.HtmlEncode(text).Replace("\n", "<br>\n", StringComparison.Ordinal);

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
}
