using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Chat;

/// <summary>A chat service: the format of its messages, their limits, and how text is escaped.</summary>
internal abstract class ChatService
{
    /// <summary>Permanent: the value of the channel's field <c>service</c>, which is stored.</summary>
    public abstract string Name { get; }

    public virtual bool HasToken => false;

    /// <summary>Returns why a URL cannot belong to the service; null when it can.</summary>
    public virtual string? UrlProblem(Uri url) => url.AbsolutePath.Length > 1 ? null : $"The URL has no path. Copy the whole URL from {Name}.";

    /// <summary>Returns the URL to which the message is posted.</summary>
    public virtual Uri Target(Uri url) => url;

    /// <summary>Returns the message as the service expects it.</summary>
    public abstract JsonObject Write(Notice notice, Uri url);

    /// <summary>Returns the paragraphs of the text, the next step as the last one. Empty paragraphs are left out.</summary>
    protected static IEnumerable<string> Paragraphs(Notice notice) => notice.Paragraphs
        .Concat(notice.NextStep is { } step ? ["Next step: " + step] : [])
        .Select(static paragraph => NoticeText.Paragraph(paragraph).Trim())
        .Where(static paragraph => paragraph.Length > 0);

    /// <summary>Returns the domain and the time.</summary>
    protected static string Footer(Notice notice) => string.Create(CultureInfo.InvariantCulture, $"{(notice.Domain is { } domain ? NoticeText.Line(domain) + " · " : "")}{notice.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    protected static string Mark(Notice notice) => notice switch
    {
        { Kind: NoticeKind.AlertResolved } => "✅",
        { Severity: NoticeSeverity.Critical } => "🚨",
        { Severity: NoticeSeverity.Warning } => "⚠️",
        _ => "ℹ️",
    };

    /// <summary>Replaces characters of the text, and cuts the text so that the result has at most <paramref name="maxLength"/> UTF-16 code units. No replacement is divided.</summary>
    protected static string Escape(string text, Func<Rune, string?> escape, int maxLength)
    {
        var cut = NoticeText.Cut(text, maxLength, rune => escape(rune)?.Length ?? rune.Utf16SequenceLength);
        var escaped = new StringBuilder(cut.Length);
        foreach (var rune in cut.EnumerateRunes())
            escaped.Append(escape(rune) ?? rune.ToString());
        return escaped.ToString();
    }
}
