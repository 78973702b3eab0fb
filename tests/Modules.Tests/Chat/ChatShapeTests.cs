using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using MtaSts.Modules.Chat;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Modules.Tests.Notices;
using Xunit;

namespace MtaSts.Modules.Tests.Chat;

/// <summary>The exact message that each chat service receives.</summary>
public sealed class ChatShapeTests
{
    [Fact]
    public Task Slack_Message_IsBlocksOfPlainText() => IsAsync("Slack", """
        {
          "text": "🚨 The certificate of mx1.example.com &lt;has expired&gt; &amp; “more”  Bcc: other@example.net",
          "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": "🚨 The certificate of mx1.example.com &lt;has expired&gt; &amp; “more”  Bcc: other@example.net", "emoji": false } },
            { "type": "section", "text": { "type": "plain_text", "text": "Mail from senders that enforce the policy is lost.\nSince 1 January.", "emoji": false } },
            { "type": "section", "text": { "type": "plain_text", "text": "mx2_a.example.com *and* [others](https://evil.example/) &lt;!channel&gt; @everyone &lt;script&gt;alert(1)&lt;/script&gt;", "emoji": false } },
            { "type": "section", "text": { "type": "plain_text", "text": "Next step: Renew the certificate.", "emoji": false } },
            { "type": "actions", "elements": [ { "type": "button", "text": { "type": "plain_text", "text": "Details", "emoji": false }, "url": "https://mta.example.net/domains/example.com?tab=alerts&id=1" } ] },
            { "type": "context", "elements": [ { "type": "plain_text", "text": "example.com · 2026-01-02 03:04 UTC", "emoji": false } ] }
          ],
          "unfurl_links": false,
          "unfurl_media": false
        }
        """);

    [Fact]
    public Task Teams_Message_IsACardOfTextRuns() => IsAsync("Teams", """
        {
          "type": "message",
          "attachments": [
            {
              "contentType": "application/vnd.microsoft.card.adaptive",
              "contentUrl": null,
              "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [
                  { "type": "RichTextBlock", "inlines": [ { "type": "TextRun", "text": "🚨 The certificate of mx1.example.com <has expired> & “more”  Bcc: other@example.net", "weight": "Bolder", "size": "Large" } ] },
                  { "type": "RichTextBlock", "inlines": [ { "type": "TextRun", "text": "Mail from senders that enforce the policy is lost." } ] },
                  { "type": "RichTextBlock", "inlines": [ { "type": "TextRun", "text": "Since 1 January." } ] },
                  { "type": "RichTextBlock", "inlines": [ { "type": "TextRun", "text": "mx2_a.example.com *and* [others](https://evil.example/) <!channel> @everyone <script>alert(1)</script>" } ] },
                  { "type": "RichTextBlock", "inlines": [ { "type": "TextRun", "text": "Next step: Renew the certificate." } ] },
                  { "type": "RichTextBlock", "inlines": [ { "type": "TextRun", "text": "example.com · 2026-01-02 03:04 UTC", "isSubtle": true, "size": "Small" } ] }
                ],
                "actions": [ { "type": "Action.OpenUrl", "title": "Details", "url": "https://mta.example.net/domains/example.com?tab=alerts&id=1" } ]
              }
            }
          ]
        }
        """);

    [Fact]
    public Task Discord_Message_IsAnEmbedWithoutMarkdownAndMentions() => IsAsync("Discord", """
        {
          "embeds": [
            {
              "title": "🚨 The certificate of mx1.example.com \\<has expired\\> & “more”  Bcc: other\\@example.net",
              "description": "Mail from senders that enforce the policy is lost.\nSince 1 January.\n\nmx2\\_a.example.com \\*and\\* \\[others\\](https://evil.example/) \\<!channel\\> \\@everyone \\<script\\>alert(1)\\</script\\>\n\nNext step: Renew the certificate.",
              "color": 12986408,
              "timestamp": "2026-01-02T03:04:05Z",
              "footer": { "text": "example.com · 2026-01-02 03:04 UTC" },
              "url": "https://mta.example.net/domains/example.com?tab=alerts&id=1"
            }
          ],
          "allowed_mentions": { "parse": [] }
        }
        """);

    [Fact]
    public async Task Ntfy_Message_IsPublishedToTheRootWithItsTopic()
    {
        await IsAsync("ntfy", """
            {
              "topic": "s3cretOfTheHook",
              "title": "The certificate of mx1.example.com <has expired> & “more”  Bcc: other@example.net",
              "message": "Mail from senders that enforce the policy is lost.\nSince 1 January.\n\nmx2_a.example.com *and* [others](https://evil.example/) <!channel> @everyone <script>alert(1)</script>\n\nNext step: Renew the certificate.\n\nexample.com · 2026-01-02 03:04 UTC",
              "priority": 5,
              "tags": [ "rotating_light" ],
              "click": "https://mta.example.net/domains/example.com?tab=alerts&id=1"
            }
            """);
        await using var receiver = await HttpReceiver.StartAsync();
        await receiver.Notifier(ChatStage.Open).SendAsync(NotifierScene.Sample("one"), ChatStage.Channel("ntfy", receiver.Url + "topic", "tk_1"), default);
        Assert.Equal(("/", "Bearer tk_1"), (receiver.Posts[0].Path, receiver.Posts[0].Headers["Authorization"]));
    }

    [Theory]
    [InlineData(NoticeKind.AlertRaised, NoticeSeverity.Critical, "🚨", 5)]
    [InlineData(NoticeKind.AlertRaised, NoticeSeverity.Warning, "⚠️", 4)]
    [InlineData(NoticeKind.AlertResolved, NoticeSeverity.Critical, "✅", 3)]
    [InlineData(NoticeKind.Digest, NoticeSeverity.Information, "ℹ️", 3)]
    public async Task Message_KindAndSeverity_AreShown(NoticeKind kind, NoticeSeverity severity, string mark, int priority)
    {
        var notice = NotifierScene.Sample("one") with { Kind = kind, Severity = severity };
        Assert.StartsWith(mark + " The", (string?)JsonNode.Parse(await ChatStage.PostAsync("Slack", notice))!["text"], StringComparison.Ordinal);
        Assert.Equal(priority, (int?)JsonNode.Parse(await ChatStage.PostAsync("ntfy", notice))!["priority"]);
    }

    /// <summary>The limits that the services publish, with texts of characters that are long in UTF-8 or are escaped.</summary>
    [Theory]
    [InlineData("漢")]
    [InlineData("😀")]
    [InlineData("&<>")]
    [InlineData("\"\\")]
    [InlineData("*_`")]
    public async Task Message_LongTexts_AreWithinTheLimitsOfEachService(string unit)
    {
        var notice = ChatStage.Long(unit);
        var slack = JsonNode.Parse(await ChatStage.PostAsync("Slack", notice))!["blocks"]!.AsArray();
        Assert.InRange(slack.Count, 1, 50);
        Assert.InRange(((string?)slack[0]!["text"]!["text"])!.Length, 1, SlackService.MaxHeader);
        Assert.All(slack.Where(block => (string?)block!["type"] == "section"), block => Assert.InRange(((string?)block!["text"]!["text"])!.Length, 1, SlackService.MaxSection));
        Assert.DoesNotContain(slack, block => (string?)block!["type"] == "actions"); // The link is too long for a button, and a cut URL would lead to another page.

        Assert.InRange(Encoding.UTF8.GetByteCount(await ChatStage.PostAsync("Teams", notice)), 1, 28_000);

        var embed = JsonNode.Parse(await ChatStage.PostAsync("Discord", notice))!["embeds"]![0]!;
        var (title, description, footer) = ((string?)embed["title"], (string?)embed["description"], (string?)embed["footer"]!["text"]);
        Assert.InRange(title!.Length, 1, 256);
        Assert.InRange(description!.Length, 1, 4_096);
        Assert.InRange(title.Length + description.Length + footer!.Length, 1, 6_000);
        Assert.False(description.EndsWith("\\…", StringComparison.Ordinal) && unit == "*_`");

        Assert.InRange(Encoding.UTF8.GetByteCount((string?)JsonNode.Parse(await ChatStage.PostAsync("ntfy", notice))!["message"] ?? ""), 1, 4_096);
    }

    private static async Task IsAsync(string service, string expected) =>
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(await ChatStage.PostAsync(service, NotifierScene.Sample("one")))!.ToJsonString());

    /// <summary>A topic and a token may be very short.</summary>
    [Fact]
    public async Task Send_ShortSecrets_AreNotRepeated()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync("no tk_1 for topic t7");
        };
        var refused = Assert.IsType<NoticeResult.Refused>(await receiver.Notifier(ChatStage.Open).SendAsync(NotifierScene.Sample("one"), ChatStage.Channel("ntfy", receiver.Url + "t7", "tk_1"), default));
        Assert.Equal("localhost answers HTTP 403: no * for topic *", refused.Problem);
    }
}
