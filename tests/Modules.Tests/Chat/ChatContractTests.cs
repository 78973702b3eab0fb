using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Modules.Tests.Notices;

namespace MtaSts.Modules.Tests.Chat;

/// <summary>The notifier contract, for each chat service.</summary>
public abstract class ChatContractTests(string service) : NotifierContract, IAsyncDisposable
{
    private HttpReceiver? receiver;

    public async ValueTask DisposeAsync()
    {
        if (receiver is not null)
            await receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override async Task<NotifierScene> SetUpAsync()
    {
        var receiver = this.receiver = await HttpReceiver.StartAsync();
        receiver.Echo = $"s3cretOfTheHook {(service == "ntfy" ? "tk_s3cretOfTheTopic" : "")}";
        var url = receiver.Url + ChatStage.Path(service);
        (string, ChannelSettings)[] wrong =
        [
            .. new[] { "nonsense", "ftp://example.net/x", "https://example.net", "https://example.net/", "https://user:s3cretOfTheHook@example.net/x" }.Select(bad => ("url", ChatStage.Channel(service, bad))),
            .. new[] { "IRC", "slack", "SLACK" }.Select(bad => ("service", ChatStage.Channel(bad, url))),
            ("token", ChatStage.Channel(service, url, "tk s3cretOfTheTopic")),
            .. service == "ntfy" ? [("url", ChatStage.Channel(service, receiver.Url + "a/b")), ("url", ChatStage.Channel(service, receiver.Url + "a?b=c"))] : new[] { ("token", ChatStage.Channel(service, url, "tk_s3cretOfTheTopic")) },
        ];
        return new NotifierScene(
            receiver.Notifier(ChatStage.Open), ChatStage.Channel(service, url, service == "ntfy" ? "tk_s3cretOfTheTopic" : ""), wrong, ["s3cretOfTheHook", "tk_s3cretOfTheTopic"],
            mood => receiver.Mood = mood, () => [.. receiver.Posts.Select(post => post.Headers["Idempotency-Key"])], receiver.LetTimePass)
        {
            Restricted = receiver.Notifier(("AllowHttp", "true")),
        };
    }
}

public sealed class SlackContractTests() : ChatContractTests("Slack");

public sealed class TeamsContractTests() : ChatContractTests("Teams");

public sealed class DiscordContractTests() : ChatContractTests("Discord");

public sealed class NtfyContractTests() : ChatContractTests("ntfy");
