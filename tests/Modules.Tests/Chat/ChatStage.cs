using MtaSts.Modules.Chat;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Modules.Tests.Notices;

namespace MtaSts.Modules.Tests.Chat;

/// <summary>Helpers for chat channels in tests.</summary>
internal static class ChatStage
{
    public static readonly (string, string)[] Open = [("AllowHttp", "true"), ("AllowPrivateAddresses", "true")];

    public static INotifier Notifier(this HttpReceiver receiver, params (string, string)[] settings) => receiver.Load(new ChatModule(), settings);

    public static ChannelSettings Channel(string service, string url, string token = "") =>
        new(new[] { ("service", service), ("url", url), ("token", token) }.Where(value => value.Item2.Length > 0).Select(value => KeyValuePair.Create(value.Item1, value.Item2)));

    public static string Path(string service) => service switch
    {
        "Slack" => "services/T0000TEAM/B0000BOT1/s3cretOfTheHook",
        "Teams" => "workflows/77e77e/triggers/manual/paths/invoke?api-version=1&sig=s3cretOfTheHook",
        "Discord" => "api/webhooks/123456/s3cretOfTheHook",
        _ => "s3cretOfTheHook",
    };

    /// <summary>Sends the notice and returns the body that the receiver got.</summary>
    public static async Task<string> PostAsync(string service, Notice notice)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        var result = await receiver.Notifier(Open).SendAsync(notice, Channel(service, receiver.Url + Path(service)), default);
        return result is NoticeResult.Delivered ? receiver.Posts.Single().Body : throw new InvalidOperationException($"{result}");
    }

    /// <summary>A notice of long texts, each of which repeats <paramref name="unit"/>.</summary>
    public static Notice Long(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 10_000));
        return NotifierScene.Sample("long") with { Title = text, Paragraphs = [.. Enumerable.Repeat(text, 60)], NextStep = text, Domain = text, Link = new Uri("https://mta.example.net/" + new string('x', 4_000)) };
    }
}
