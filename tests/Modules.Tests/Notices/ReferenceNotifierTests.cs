using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;

namespace MtaSts.Modules.Tests.Notices;

public sealed class ReferenceNotifierContractTests : NotifierContract
{
    protected override Task<NotifierScene> SetUpAsync()
    {
        var clock = new FakeTimeProvider();
        var notifier = new ReferenceNotifier(clock);
        return Task.FromResult(new NotifierScene(
            notifier, Settings("box", "secretsecret"), [("box", Settings("Box 1", "secretsecret")), ("key", Settings("box", "short"))], ["secretsecret"], mood => notifier.Mood = mood, () => notifier.In("box"), () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return Task.CompletedTask;
            }));
    }

    private static ChannelSettings Settings(string box, string key) => new([KeyValuePair.Create("box", box), KeyValuePair.Create("key", key)]);
}
