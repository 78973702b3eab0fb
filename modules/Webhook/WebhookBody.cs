using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Webhook;

/// <summary>The body of a request, as <c>schema.json</c> describes it. Members may be added in later versions; none is removed or changes its meaning.</summary>
/// <param name="Type">The kind of notice.</param>
/// <param name="Timestamp">When the notice was made, the same on each repeat.</param>
/// <param name="Data">The notice.</param>
internal sealed record WebhookBody(string Type, DateTimeOffset Timestamp, WebhookBody.Content Data)
{
    /// <summary>Longest title in characters. With these limits a body is below 1 MiB, which common servers accept.</summary>
    public const int MaxTitle = 1_000;

    /// <summary>Longest text in characters, all paragraphs together.</summary>
    public const int MaxText = 20_000;

    /// <summary>Most paragraphs of a text; further ones are left out.</summary>
    public const int MaxParagraphs = 200;

    /// <summary>Longest next step in characters.</summary>
    public const int MaxStep = 5_000;

    /// <summary>Longest facts in characters of JSON; longer ones are left out.</summary>
    public const int MaxFacts = 64 * 1024;

    /// <summary>Longest link in characters; a longer one is left out.</summary>
    public const int MaxLink = 2_000;

    /// <summary>Longest domain in characters: that of a domain name.</summary>
    public const int MaxDomain = 253;

    /// <summary>Longest cause in characters. A longer one is replaced by its hash, because two causes must not become one.</summary>
    public const int MaxCause = 1_000;

    /// <summary>Writes most characters outside ASCII as UTF-8, which takes half the bytes of an escape sequence.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the body: the same bytes on each repeat of a notice.</summary>
    public static byte[] Write(Notice notice) => JsonSerializer.SerializeToUtf8Bytes(
        new WebhookBody(Name(notice.Kind), notice.CreatedAt.ToUniversalTime(), new Content(
            notice.Id, Name(notice.Severity), NoticeText.Line(notice.Title, MaxTitle), [.. NoticeText.Fit(notice.Paragraphs.Select(static paragraph => NoticeText.Paragraph(paragraph)), MaxText, MaxParagraphs)],
            notice.NextStep is { } step ? NoticeText.Paragraph(step, MaxStep) : null, NoticeText.Link(notice.Link, MaxLink), notice.Domain is { } domain ? NoticeText.Line(domain, MaxDomain) : null, Cause(notice.CauseKey), notice.Since?.ToUniversalTime(), notice.Until?.ToUniversalTime(),
            notice.Facts is { } facts && facts.GetRawText().Length <= MaxFacts ? facts : null)), Json);

    private static string Cause(string key) => key.Length <= MaxCause ? key : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Name(NoticeKind kind) => kind switch
    {
        NoticeKind.AlertRaised => "alert.raised",
        NoticeKind.AlertResolved => "alert.resolved",
        NoticeKind.Digest => "digest",
        NoticeKind.Confirmation => "confirmation",
        _ => "test",
    };

    private static string Name(NoticeSeverity severity) => severity switch
    {
        NoticeSeverity.Critical => "critical",
        NoticeSeverity.Warning => "warning",
        _ => "information",
    };

    /// <summary>See <see cref="Notice"/>.</summary>
    internal sealed record Content(
        string Id, string Severity, string Title, IReadOnlyList<string> Text, string? NextStep, string? Link, string? Domain, string Cause, DateTimeOffset? Since, DateTimeOffset? Until, JsonElement? Facts);
}
