using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Chat;

/// <summary>Webhooks of Discord. The message is an embed; Markdown in its texts is escaped, and mentions are disabled.</summary>
internal sealed class DiscordService : ChatService
{
    /// <summary>Longest title of an embed.</summary>
    public const int MaxTitle = 256;

    /// <summary>Longest description of an embed. Together with the title and the footer it is below Discord's limit of 6,000 for all texts.</summary>
    public const int MaxDescription = 4_096;

    /// <summary>Longest footer; Discord allows 2,048.</summary>
    public const int MaxFooter = 300;

    /// <summary>Longest link; a longer one is left out.</summary>
    public const int MaxLink = 2_000;

    /// <summary>Characters of Markdown, links and mentions, which are escaped with a backslash. A hyphen is not escaped: it can only make a list.</summary>
    private const string Special = @"\*_~`|>#[]<@";

    public override string Name => "Discord";

    public override JsonObject Write(Notice notice, Uri url)
    {
        var embed = new JsonObject
        {
            ["title"] = Escape(NoticeText.Line($"{Mark(notice)} {notice.Title}"), Backslash, MaxTitle),
            ["description"] = Escape(string.Join("\n\n", Paragraphs(notice)), Backslash, MaxDescription),
            ["color"] = notice switch { { Kind: NoticeKind.AlertResolved } => 0x2E7D32, { Severity: NoticeSeverity.Critical } => 0xC62828, { Severity: NoticeSeverity.Warning } => 0xF9A825, _ => 0x1565C0 },
            ["timestamp"] = notice.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["footer"] = new JsonObject { ["text"] = NoticeText.Cut(Footer(notice), MaxFooter) }, // A footer has no Markdown.
        };
        if (NoticeText.Link(notice.Link, MaxLink) is { } link)
            embed["url"] = link;
        return new JsonObject { ["embeds"] = new JsonArray(embed), ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() } };
    }

    private static string? Backslash(Rune rune) => rune.IsAscii && Special.Contains((char)rune.Value, StringComparison.Ordinal) ? $"\\{rune}" : null;
}
