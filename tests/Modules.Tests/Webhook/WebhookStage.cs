using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Modules.Tests.Notices;
using MtaSts.Modules.Webhook;

namespace MtaSts.Modules.Tests.Webhook;

/// <summary>Helpers for webhook channels in tests.</summary>
internal static class WebhookStage
{
    /// <summary>The secret that the examples of Standard Webhooks use.</summary>
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static readonly (string, string)[] Open = [("AllowHttp", "true"), ("AllowPrivateAddresses", "true")];

    public static ChannelSettings Channel(string url, string secret = Secret) => new([KeyValuePair.Create("url", url), KeyValuePair.Create("secret", secret)]);

    public static INotifier Notifier(this HttpReceiver receiver, params (string, string)[] settings) => receiver.Load(new WebhookModule(), settings);

    public static Task<NoticeResult> SendAsync(this INotifier notifier, string url, Notice? notice = null) => notifier.SendAsync(notice ?? NotifierScene.Sample("one"), Channel(url), CancellationToken.None);
}
