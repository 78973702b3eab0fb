using System.Collections.Concurrent;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Tests.Notifications;

/// <summary>A notifier whose receivers the test plays: the setting <c>to</c> names the receiver.</summary>
internal sealed class FakeNotifiers : INotifiers, IGuardedNotifier
{
    public const string NotifierId = "notice.test";

    public ConcurrentQueue<(string To, Notice Notice, string Secret)> Received { get; } = [];

    /// <summary>What a receiver answers; null: it accepts.</summary>
    public Func<string, Task<NoticeResult>>? Answer { get; set; }

    /// <summary>Whether receivers are people, who must confirm.</summary>
    public bool IsForPeople { get; set; }

    public IReadOnlyList<IGuardedNotifier> All => [this];

    public string Id => NotifierId;

    public IGuardedNotifier? Find(string id) => id == NotifierId ? this : null;

    public Task<IReadOnlyList<ChannelField>> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ChannelField>>([new("to", "Receiver", "A name.") { IsRecipient = IsForPeople }, new("secret", "Secret", "Any word.") { IsSecret = true, IsOptional = true }, new("key", "Key", "Any word.") { IsSecret = true, IsOptional = true }]);

    public async Task<IReadOnlyList<ChannelProblem>> ValidateAsync(ChannelSettings settings, CancellationToken cancellationToken) => (await DescribeAsync(cancellationToken)).Problems(settings);

    public Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken)
    {
        Received.Enqueue((settings["to"], notice, settings["secret"]));
        return Answer?.Invoke(settings["to"]) ?? Task.FromResult<NoticeResult>(new NoticeResult.Delivered("ok"));
    }
}
