using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Chat;

/// <summary>
/// Incoming webhooks of Slack and of services compatible with it. The message consists of Block Kit blocks. All text is <c>plain_text</c>, because the formatting characters of <c>mrkdwn</c>
/// cannot be escaped, and names such as <c>_mta-sts</c> contain them.
/// </summary>
internal sealed class SlackService : ChatService
{
    /// <summary>Longest text of a header block.</summary>
    public const int MaxHeader = 150;

    /// <summary>Longest text of a section block.</summary>
    public const int MaxSection = 3_000;

    /// <summary>Longest URL of a button; a longer one is left out.</summary>
    public const int MaxLink = 3_000;

    /// <summary>Most sections of a message; Slack allows 50 blocks.</summary>
    public const int MaxSections = 20;

    public override string Name => "Slack";

    public override JsonObject Write(Notice notice, Uri url)
    {
        var title = $"{Mark(notice)} {NoticeText.Line(notice.Title)}";
        JsonArray blocks =
        [
            new JsonObject { ["type"] = "header", ["text"] = Text(title, MaxHeader) },
            .. Paragraphs(notice).Take(MaxSections).Select(static paragraph => new JsonObject { ["type"] = "section", ["text"] = Text(paragraph, MaxSection) }),
        ];
        if (NoticeText.Link(notice.Link, MaxLink) is { } link)
            blocks.Add(new JsonObject { ["type"] = "actions", ["elements"] = new JsonArray(new JsonObject { ["type"] = "button", ["text"] = Text("Details", MaxHeader), ["url"] = link }) });
        blocks.Add(new JsonObject { ["type"] = "context", ["elements"] = new JsonArray(Text(Footer(notice), MaxSection)) });
        return new JsonObject { ["text"] = Escape(title, Entity, MaxSection), ["blocks"] = blocks, ["unfurl_links"] = false, ["unfurl_media"] = false };
    }

    private static JsonObject Text(string text, int maxLength) => new() { ["type"] = "plain_text", ["text"] = Escape(text, Entity, maxLength), ["emoji"] = false };

    /// <summary>The three characters that Slack reads as markup in every text, for links and for mentions such as <c>&lt;!channel&gt;</c>.</summary>
    private static string? Entity(Rune rune) => rune.Value switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => null };
}
