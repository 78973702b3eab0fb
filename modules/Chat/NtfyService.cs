using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Chat;

/// <summary>A topic of ntfy. The message is published as JSON to the root of the server; its texts are shown as plain text.</summary>
internal sealed partial class NtfyService : ChatService
{
    /// <summary>Longest message in bytes of UTF-8; ntfy turns a longer one into an attachment.</summary>
    public const int MaxMessage = 4_096;

    /// <summary>Longest title in characters; a phone shows less in one line.</summary>
    public const int MaxTitle = 200;

    public override string Name => "ntfy";

    public override bool HasToken => true;

    public override string? UrlProblem(Uri url) => Topic().IsMatch(url.AbsolutePath) && url.Query.Length == 0 ? null : "The URL must be that of a topic, such as https://ntfy.sh/my-topic.";

    public override Uri Target(Uri url) => new(url, "/");

    public override JsonObject Write(Notice notice, Uri url)
    {
        var message = string.Join("\n\n", Paragraphs(notice).Append(Footer(notice)));
        var post = new JsonObject
        {
            ["topic"] = url.AbsolutePath.Trim('/'),
            ["title"] = NoticeText.Line(notice.Title, MaxTitle),
            ["message"] = NoticeText.Cut(message, MaxMessage, static rune => rune.Utf8SequenceLength),
            ["priority"] = notice switch { { Kind: NoticeKind.AlertResolved } => 3, { Severity: NoticeSeverity.Critical } => 5, { Severity: NoticeSeverity.Warning } => 4, _ => 3 },
            ["tags"] = new JsonArray(notice switch { { Kind: NoticeKind.AlertResolved } => "white_check_mark", { Severity: NoticeSeverity.Critical } => "rotating_light", { Severity: NoticeSeverity.Warning } => "warning", _ => "information_source" }),
        };
        if (NoticeText.Link(notice.Link) is { } link)
            post["click"] = link;
        return post;
    }

    [GeneratedRegex("^/[A-Za-z0-9_-]{1,64}/?$", RegexOptions.NonBacktracking)]
    private static partial Regex Topic();
}
