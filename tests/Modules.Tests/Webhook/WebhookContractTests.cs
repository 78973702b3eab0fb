using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Modules.Tests.Notices;

namespace MtaSts.Modules.Tests.Webhook;

public sealed class WebhookContractTests : NotifierContract, IAsyncDisposable
{
    private HttpReceiver? receiver;

    public async ValueTask DisposeAsync()
    {
        if (receiver is not null)
            await receiver.DisposeAsync();
    }

    protected override async Task<NotifierScene> SetUpAsync()
    {
        var receiver = this.receiver = await HttpReceiver.StartAsync();
        receiver.Echo = WebhookStage.Secret;
        var url = $"{receiver.Url}hooks/t0ken-of-the-path?key=t0ken-of-the-query";
        (string, ChannelSettings)[] wrong =
        [
            .. new[] { "nonsense", "ftp://example.net/", "mailto:a@example.net", "/path", "https://", "https://user:password@example.net/", "https://example.net/#x" }.Select(bad => ("url", WebhookStage.Channel(bad))),
            .. new[] { "secret", "whsec_", "whsec_c2hvcnQ=", WebhookStage.Secret[6..], $"whsec_{Convert.ToBase64String(new byte[65])}", "whsec_%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%" }.Select(bad => ("secret", WebhookStage.Channel(url, bad))),
        ];
        return new NotifierScene(
            receiver.Notifier(WebhookStage.Open), WebhookStage.Channel(url), wrong, [WebhookStage.Secret, "t0ken-of-the-path", "t0ken-of-the-query"], mood => receiver.Mood = mood, () => [.. receiver.Posts.Select(post => post.Headers["webhook-id"])], receiver.LetTimePass)
        {
            Restricted = receiver.Notifier(("AllowHttp", "true")),
        };
    }
}
