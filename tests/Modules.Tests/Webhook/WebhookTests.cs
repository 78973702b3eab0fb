using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Modules.Tests.Cloudflare;
using MtaSts.Modules.Tests.Notices;
using MtaSts.Modules.Webhook;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Webhook;

public sealed class WebhookTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private HttpReceiver? receiver;

    /// <summary>The expected signature is computed here, by the rule of Standard Webhooks.</summary>
    [Fact]
    public async Task Send_Request_IsSignedOverIdTimeAndBody()
    {
        var receiver = await StartAsync();
        Assert.Equal(new NoticeResult.Delivered("HTTP 200"), await receiver.Notifier(WebhookStage.Open).SendAsync(receiver.Url.AbsoluteUri));
        var post = Assert.Single(receiver.Posts);
        Assert.Equal(("POST", "application/json", "one"), (post.Method, post.Headers["Content-Type"], post.Headers["webhook-id"]));
        Assert.Equal(receiver.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), post.Headers["webhook-timestamp"]);
        var hash = HMACSHA256.HashData(Convert.FromBase64String(WebhookStage.Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"one.{post.Headers["webhook-timestamp"]}.{post.Body}"));
        Assert.Equal("v1," + Convert.ToBase64String(hash), post.Headers["webhook-signature"]);
    }

    /// <summary>The example that the libraries of Standard Webhooks use.</summary>
    [Fact]
    public void Sign_KnownMessage_HasTheKnownSignature() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSecret.Read(WebhookStage.Secret)!.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", """{"test": 2432232314}"""u8));

    [Theory]
    [InlineData(NoticeKind.AlertRaised, NoticeSeverity.Critical)]
    [InlineData(NoticeKind.AlertResolved, NoticeSeverity.Warning)]
    [InlineData(NoticeKind.Digest, NoticeSeverity.Information)]
    [InlineData(NoticeKind.Test, NoticeSeverity.Information)]
    public async Task Send_Body_IsAsThePublishedSchemaSays(NoticeKind kind, NoticeSeverity severity)
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "schemas", "notice.webhook.json")))!.AsObject();
        var receiver = await StartAsync();
        var notifier = receiver.Notifier(WebhookStage.Open);
        var full = NotifierScene.Sample("full") with { Kind = kind, Severity = severity, Until = DateTimeOffset.UnixEpoch };
        var least = new Notice { Id = "least", Kind = kind, Severity = severity, Title = "A test", CauseKey = "test", CreatedAt = DateTimeOffset.UnixEpoch };
        await notifier.SendAsync(receiver.Url.AbsoluteUri, full);
        await notifier.SendAsync(receiver.Url.AbsoluteUri, least);
        Assert.All(receiver.Posts, post => Assert.Empty(new SchemaCheck(schema).Check(schema, JsonNode.Parse(post.Body), "body")));

        var data = JsonNode.Parse(receiver.Posts[0].Body)!["data"]!;
        Assert.Equal(("The certificate of mx1.example.com <has expired> & “more”  Bcc: other@example.net", full.Paragraphs[1], "mx1.example.com"), ((string?)data["title"], (string?)data["text"]![1], (string?)data["facts"]!["mx"]));
        string[] members = ["id", "severity", "title", "text", "nextStep", "link", "domain", "cause", "since", "until", "facts"];
        Assert.Equal(members, data.AsObject().Select(member => member.Key));
        Assert.Equal(members.Order(), schema["$defs"]!["notice"]!["properties"]!.AsObject().Select(member => member.Key).Order());
        Assert.Equal(["id", "severity", "title", "text", "cause"], JsonNode.Parse(receiver.Posts[1].Body)!["data"]!.AsObject().Select(member => member.Key));
    }

    [Theory]
    [InlineData(200, null, "Delivered", null)]
    [InlineData(204, null, "Delivered", null)]
    [InlineData(301, null, "Refused", null)]
    [InlineData(400, null, "Refused", null)]
    [InlineData(401, null, "Refused", null)]
    [InlineData(404, "60", "Refused", null)]
    [InlineData(408, null, "Failed", null)]
    [InlineData(410, null, "Refused", null)]
    [InlineData(425, null, "Failed", null)]
    [InlineData(429, "120", "Failed", 120)]
    [InlineData(500, null, "Failed", null)]
    [InlineData(503, "Fri, 02 Jan 2026 03:14:05 GMT", "Failed", 600)]
    [InlineData(503, "Fri, 02 Jan 2025 03:14:05 GMT", "Failed", null)]
    [InlineData(503, "9999999", "Failed", 86_400)]
    [InlineData(503, "soon", "Failed", null)]
    public async Task Send_Status_IsItsResult(int status, string? retryAfter, string result, int? seconds)
    {
        var receiver = await StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            context.Response.Headers.Location = receiver.Url.AbsoluteUri + "elsewhere";
            return Task.CompletedTask;
        };
        var sent = await receiver.Notifier(WebhookStage.Open).SendAsync(receiver.Url.AbsoluteUri);
        Assert.Equal(result, sent.GetType().Name);
        Assert.Equal(seconds, (sent as NoticeResult.Failed)?.RetryAfter?.TotalSeconds);
        Assert.Single(receiver.Posts); // The notifier follows no redirect and does not retry.
    }

    [Fact]
    public async Task Send_RefusalInWords_ShowsThemInOneShortLine()
    {
        var receiver = await StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("no\r\nsuch " + new string('x', 500));
        };
        var problem = Assert.IsType<NoticeResult.Refused>(await receiver.Notifier(WebhookStage.Open).SendAsync(receiver.Url.AbsoluteUri)).Problem;
        Assert.StartsWith("localhost answers HTTP 400: no  such xxx", problem, StringComparison.Ordinal);
        Assert.InRange(problem.Length, 200, 250);
    }

    /// <summary>The size and the time of a response are limited, whatever the receiver sends.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task Send_AnswerWithoutEnd_IsRefusedAndNotRepeated(int status)
    {
        var receiver = await StartAsync();
        receiver.Answer = async context =>
        {
            context.Response.StatusCode = status;
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.WriteAsync(new string('x', 10_000));
        };
        var refused = Assert.IsType<NoticeResult.Refused>(await receiver.Notifier(WebhookStage.Open).SendAsync(receiver.Url.AbsoluteUri).WaitAsync(Limit));
        Assert.Contains("more than 64 KiB", refused.Problem, StringComparison.Ordinal);
    }

    /// <summary>The address of a name is checked when the connection is made; an address in the URL is checked before.</summary>
    [Fact]
    public async Task Send_PrivateAddress_IsRefusedAndNothingArrives()
    {
        var receiver = await StartAsync();
        var notifier = receiver.Notifier(("AllowHttp", "true"));
        var refused = Assert.IsType<NoticeResult.Refused>(await notifier.SendAsync(receiver.Url.AbsoluteUri));
        Assert.Contains("no public address", refused.Problem, StringComparison.Ordinal);
        foreach (var host in new[] { "127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254" })
            Assert.IsType<NoticeResult.Refused>(await notifier.SendAsync($"http://{host}:{receiver.Url.Port}/"));
        Assert.Empty(receiver.Posts);
    }

    [Fact]
    public async Task Validate_Http_OnlyIfTheOperatorAllowsIt()
    {
        var receiver = await StartAsync();
        Assert.Equal([new ChannelProblem("url", "The URL must begin with https://.")], receiver.Notifier().Validate(WebhookStage.Channel("http://example.net/")));
        Assert.Empty(receiver.Notifier(("AllowHttp", "true")).Validate(WebhookStage.Channel("http://example.net/")));
    }

    [Fact]
    public async Task Send_InvalidCertificate_FailsAndSaysSo()
    {
        receiver = await HttpReceiver.StartAsync(TestCertificate.Now("localhost"));
        var failed = Assert.IsType<NoticeResult.Failed>(await receiver.Notifier(WebhookStage.Open).SendAsync(receiver.Url.AbsoluteUri));
        Assert.Contains("certificate", failed.Problem, StringComparison.Ordinal);
        Assert.Empty(receiver.Posts);
    }

    [Fact]
    public async Task Send_NobodyListens_Fails()
    {
        var receiver = await StartAsync();
        Assert.Equal(new NoticeResult.Failed("Cannot connect to 127.0.0.1."), await receiver.Notifier(WebhookStage.Open).SendAsync($"http://127.0.0.1:{FreePort.Next()}/"));
    }

    [Fact]
    public async Task Send_UnknownName_Fails()
    {
        var receiver = await StartAsync();
        Assert.Contains("cannot be resolved", Assert.IsType<NoticeResult.Failed>(await receiver.Notifier(WebhookStage.Open).SendAsync("https://nobody.invalid/").WaitAsync(Limit)).Problem, StringComparison.Ordinal);
    }

    /// <summary>The members that the notifier does not write itself come from other parts of the service, and may contain what outsiders chose.</summary>
    [Theory]
    [InlineData("/domains/example.com", null)]
    [InlineData("ftp://example.net/", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("https://example.net/ä", "https://example.net/%C3%A4")]
    public async Task Send_Link_IsAWebPageOrAbsent(string link, string? expected)
    {
        var receiver = await StartAsync();
        var notice = NotifierScene.Sample("one") with { Link = new Uri(link, link.StartsWith('/') ? UriKind.Relative : UriKind.Absolute) };
        Assert.IsType<NoticeResult.Delivered>(await receiver.Notifier(WebhookStage.Open).SendAsync(receiver.Url.AbsoluteUri, notice));
        Assert.Equal(expected, (string?)JsonNode.Parse(receiver.Posts.Single().Body)!["data"]!["link"]);
    }

    [Fact]
    public async Task Send_LongMembers_AreWithinTheLimitsOfTheSchema()
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "schemas", "notice.webhook.json")))!.AsObject();
        var receiver = await StartAsync();
        var notifier = receiver.Notifier(WebhookStage.Open);
        var text = new string('x', 100_000);
        foreach (var last in new[] { "a", "b" })
        {
            var notice = NotifierScene.Sample(last, text + last) with { Title = text, Link = new Uri("https://example.net/" + text[..30_000]), Domain = "a\r\nb\u202e" + text };
            Assert.IsType<NoticeResult.Delivered>(await notifier.SendAsync(receiver.Url.AbsoluteUri, notice));
        }
        Assert.All(receiver.Posts, post => Assert.Empty(new SchemaCheck(schema).Check(schema, JsonNode.Parse(post.Body), "body")));
        var data = receiver.Posts.Select(post => JsonNode.Parse(post.Body)!["data"]!).ToArray();
        Assert.Null(data[0]["link"]);
        Assert.StartsWith("a  b x", (string?)data[0]["domain"], StringComparison.Ordinal);
        Assert.NotEqual((string?)data[0]["cause"], (string?)data[1]["cause"]); // Two causes do not become one.
    }

    [Fact]
    public async Task Schema_Type_IsOpen()
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "schemas", "notice.webhook.json")))!;
        Assert.Null(schema["properties"]!["type"]!["enum"]);
        Assert.Equal(["alert.raised", "alert.resolved", "digest", "test"], schema["properties"]!["type"]!["examples"]!.AsArray().Select(example => (string?)example));
    }

    [Fact]
    public async Task Send_LargeNotice_IsCutAndWithoutItsFacts()
    {
        var receiver = await StartAsync();
        var text = string.Concat(Enumerable.Repeat("漢\"", 200_000));
        var large = NotifierScene.Sample("large") with { Title = text, Paragraphs = [text, text], NextStep = text, Facts = JsonDocument.Parse($"[\"{new string('x', WebhookBody.MaxFacts)}\"]").RootElement };
        Assert.IsType<NoticeResult.Delivered>(await receiver.Notifier(WebhookStage.Open).SendAsync(receiver.Url.AbsoluteUri, large));
        Assert.InRange(Encoding.UTF8.GetByteCount(receiver.Posts[0].Body), 1, 128 * 1024);
        Assert.Null(JsonNode.Parse(receiver.Posts[0].Body)!["data"]!["facts"]);
    }

    [Theory]
    [InlineData("Timeout", "00:00:30")]
    [InlineData("Timeout", "00:00:00")]
    [InlineData("AllowHtp", "true")]
    public async Task Configure_WrongSetting_IsRefused(string key, string value)
    {
        var receiver = await StartAsync();
        Assert.ThrowsAny<Exception>(() => receiver.Notifier((key, value)));
    }

    public async ValueTask DisposeAsync()
    {
        if (receiver is not null)
            await receiver.DisposeAsync();
    }

    private async Task<HttpReceiver> StartAsync() => receiver = await HttpReceiver.StartAsync();
}
