using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Chat;

/// <summary>Posts a notice to the incoming webhook of a chat service.</summary>
internal sealed class ChatNotifier(HttpNotices http) : INotifier
{
    public const string NotifierId = "notice.chat";
    private const string Service = "service";
    private const string Url = "url";
    private const string Token = "token";

    /// <summary>Writes most characters outside ASCII as UTF-8: an escape sequence has twice the bytes, and the services limit the bytes.</summary>
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ChatService[] Services = [new SlackService(), new TeamsService(), new DiscordService(), new NtfyService()];

    public string Id => NotifierId;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new(Service, "Service", "The chat service.") { Choices = [.. Services.Select(static service => service.Name)] },
        new(Url, "URL", "Slack, Discord: the URL of the incoming webhook. Teams: the URL of the workflow. ntfy: the URL of the topic, such as https://ntfy.sh/my-topic.") { IsSecret = true },
        new(Token, "Access token", "ntfy only: the access token of a protected topic.") { IsSecret = true, IsOptional = true, Pattern = "[A-Za-z0-9._~+/-]+=*" }, // RFC 6750 §2.1.
    ];

    public IReadOnlyList<ChannelProblem> Validate(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Fields.Problems(settings) is { Count: > 0 } problems)
            return problems;
        var service = Of(settings);
        if (http.UrlProblem(settings[Url]) is { } problem)
            return [new ChannelProblem(Url, problem)];
        if (service.UrlProblem(new Uri(settings[Url])) is { } wrong)
            return [new ChannelProblem(Url, wrong)];
        return settings[Token].Length > 0 && !service.HasToken ? [new ChannelProblem(Token, $"{service.Name} uses no access token. Leave this field empty.")] : [];
    }

    public async Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken)
    {
        if (Validate(settings) is [var problem, ..])
            return new NoticeResult.Refused(problem.Problem);
        var (service, url, token) = (Of(settings), new Uri(settings[Url]), settings[Token]);
        var body = JsonSerializer.SerializeToUtf8Bytes<JsonNode>(service.Write(notice, url), Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, service.Target(url)) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Add("Idempotency-Key", notice.Id); // For a relay of the operator: the services themselves do not recognise a repeat.
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, [settings[Url], url.AbsoluteUri, url.Segments[^1].Trim('/'), token], cancellationToken);
    }

    private static ChatService Of(ChannelSettings settings) => Services.First(service => service.Name == settings[Service]);
}
