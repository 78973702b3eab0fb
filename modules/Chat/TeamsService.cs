using System.Text.Json.Nodes;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Chat;

/// <summary>
/// Workflows of Microsoft Teams (“When a Teams webhook request is received”). The message is an Adaptive Card. All text is in blocks of type
/// <c>RichTextBlock</c>, which show it as plain text; a <c>TextBlock</c> would read it as Markdown.
/// </summary>
internal sealed class TeamsService : ChatService
{
    /// <summary>Longest title in characters.</summary>
    public const int MaxTitle = 200;

    /// <summary>
    /// Longest text in characters, all lines together. A message has at most 28 KB, and a character has at most 6 bytes in JSON.
    /// </summary>
    public const int MaxText = 3_000;

    /// <summary>Most lines of a text; each adds about 80 bytes of JSON.</summary>
    public const int MaxLines = 40;

    /// <summary>Longest URL of the button; a longer one is left out.</summary>
    public const int MaxLink = 2_000;

    public override string Name => "Teams";

    public override JsonObject Write(Notice notice, Uri url)
    {
        JsonArray body = [Block(NoticeText.Line($"{Mark(notice)} {notice.Title}", MaxTitle), ("weight", "Bolder"), ("size", "Large"))];
        foreach (var line in NoticeText.Fit(Paragraphs(notice).SelectMany(static paragraph => paragraph.Split('\n')), MaxText, MaxLines)) // A run shows no line break at LF.
            body.Add(Block(line));
        body.Add(Block(NoticeText.Cut(Footer(notice), MaxTitle), ("isSubtle", true), ("size", "Small")));
        var card = new JsonObject { ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", ["type"] = "AdaptiveCard", ["version"] = "1.4", ["body"] = body };
        if (NoticeText.Link(notice.Link, MaxLink) is { } link)
            card["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Details", ["url"] = link });
        return new JsonObject { ["type"] = "message", ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["contentUrl"] = null, ["content"] = card }) };
    }

    private static JsonObject Block(string text, params (string Name, JsonNode Value)[] style)
    {
        var run = new JsonObject { ["type"] = "TextRun", ["text"] = text };
        foreach (var (name, value) in style)
            run[name] = value;
        return new JsonObject { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(run) };
    }
}
