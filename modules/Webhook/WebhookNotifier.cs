using System.Globalization;
using System.Net.Http.Headers;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Webhook;

/// <summary>Posts a notice as JSON with a signature of Standard Webhooks 1.0.0.</summary>
internal sealed class WebhookNotifier(HttpNotices http, TimeProvider clock) : INotifier
{
    public const string NotifierId = "notice.webhook";
    private const string Url = "url";
    private const string Secret = "secret";

    public string Id => NotifierId;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new(Url, "URL", "The https:// URL that receives the notices. It must answer with 2xx within a few seconds."),
        new(Secret, "Signing secret", $"The secret for the signature: whsec_ followed by {WebhookSecret.MinBytes} to {WebhookSecret.MaxBytes} random bytes in base64. The receiver verifies the signature with the same secret.") { IsSecret = true },
    ];

    public IReadOnlyList<ChannelProblem> Validate(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        List<ChannelProblem> problems = [.. Fields.Problems(settings)];
        if (problems.Count == 0 && http.UrlProblem(settings[Url]) is { } problem)
            problems.Add(new ChannelProblem(Url, problem));
        if (problems.All(static found => found.Field != Secret) && WebhookSecret.Read(settings[Secret]) is null)
            problems.Add(new ChannelProblem(Secret, $"The signing secret must be whsec_ followed by {WebhookSecret.MinBytes} to {WebhookSecret.MaxBytes} bytes in base64."));
        return problems;
    }

    public async Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken)
    {
        if (Validate(settings) is [var problem, ..])
            return new NoticeResult.Refused(problem.Problem);
        var body = WebhookBody.Write(notice);
        var time = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, settings[Url]) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Add("webhook-id", notice.Id);
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.Add("webhook-signature", WebhookSecret.Read(settings[Secret])!.Sign(notice.Id, time, body));
        return await http.SendAsync(request, [settings[Secret]], cancellationToken);
    }
}
