using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Testing;

/// <summary>
/// A minimal notifier that meets the contract: its receivers are lists in memory. It passes the contract's tests, so a test that fails for another notifier
/// shows a fault of that notifier.
/// </summary>
public sealed class ReferenceNotifier(TimeProvider clock) : INotifier
{
    private readonly Lock gate = new();
    private readonly List<(string Box, string Id)> received = [];

    /// <inheritdoc/>
    public string Id => "notice.reference";

    /// <inheritdoc/>
    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("box", "Box", "The name of the box, in lower-case letters.") { Pattern = "[a-z]+" },
        new("key", "Key", "The key of the box, at least 8 letters.") { IsSecret = true, Pattern = "[A-Za-z0-9]{8,}" },
    ];

    /// <summary>How all boxes answer.</summary>
    public ReceiverMood Mood { get; set; }

    /// <summary>The ids of the notices in a box, in order.</summary>
    public IReadOnlyList<string> In(string box)
    {
        lock (gate)
            return [.. received.Where(item => item.Box == box).Select(item => item.Id)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ChannelProblem> Validate(ChannelSettings settings) => Fields.Problems(settings);

    /// <inheritdoc/>
    public async Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notice);
        ArgumentNullException.ThrowIfNull(settings);
        if (Validate(settings) is [var problem, ..])
            return new NoticeResult.Refused(problem.Problem);
        switch (Mood)
        {
            case ReceiverMood.Hangs:
                await Task.Delay(INotifier.TimeLimit, clock, cancellationToken);
                return new NoticeResult.Failed("The box did not answer.");
            case ReceiverMood.Fails or ReceiverMood.Breaks:
                return new NoticeResult.Failed("The box is temporarily unavailable.");
            case ReceiverMood.Refuses:
                return new NoticeResult.Refused("There is no such box.");
            default:
                lock (gate)
                    received.Add((settings["box"], notice.Id));
                return new NoticeResult.Delivered("Stored in the box.");
        }
    }
}
