namespace MtaSts.Modules.Notices;

/// <summary>
/// Sends notices to channels of one kind, such as mail, webhook or chat. One instance serves all channels and keeps no state between calls; each call gets the
/// settings of its channel. All members are safe for concurrent use.
/// </summary>
/// <remarks>
/// Rules for every notifier. <c>NotifierContract</c> in MtaSts.Modules.Testing tests those on results, ids, time limits and secrets, and those on addresses, redirects and the
/// size of answers where the channel names the server. A module tests the escaping of its format itself.
/// <list type="bullet">
/// <item>A notice is sent at least once: the host repeats a call after every result but <see cref="NoticeResult.Delivered"/>, after a crash or a lost answer, possibly from another silo.
/// Every repeat carries the same <see cref="Notice.Id"/>, so that the receiver can recognise it. The notifier itself does not retry.</item>
/// <item>Expected failures are returned, not thrown. A call ends within <see cref="TimeLimit"/>, even when the receiver does not answer, and within
/// <see cref="CancellationLimit"/> of its cancellation.</item>
/// <item>Return <see cref="NoticeResult.Refused"/> only when a retry cannot succeed until the channel or the receiver is changed: the receiver does not exist, or refuses the notice or its signature. For
/// a fault of the network or of an overloaded receiver, return <see cref="NoticeResult.Failed"/>; for a fault of the operator's settings or servers, <see cref="NoticeResult.Unavailable"/>: the
/// owner of the channel can do nothing about it, so the channel is not paused.</item>
/// <item>No problem contains a secret of the channel or of the operator, even when the receiver's answer repeats it. Problems are shown to the workspace.</item>
/// <item>A channel's target is chosen by an outsider. A notifier follows no redirects and connects to no address that is not public unless the operator allows it
/// (<see cref="Http.PublicConnections"/>), and limits how much of an answer it reads.</item>
/// <item>Text is data: a notifier escapes all texts of a notice for its format, and adds only labels and layout.</item>
/// </list>
/// </remarks>
public interface INotifier
{
    /// <summary>Time within which <see cref="SendAsync"/> must end. The host cancels a call 5 s later and no longer waits for it.</summary>
    static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(25);

    /// <summary>Longest time limit for the receiver that a notifier's settings may allow: 5 s of <see cref="TimeLimit"/> are left for the rest of a call.</summary>
    static readonly TimeSpan MaxTimeout = TimeLimit - TimeSpan.FromSeconds(5);

    /// <summary>Time within which a cancelled call of <see cref="SendAsync"/> must end.</summary>
    static readonly TimeSpan CancellationLimit = TimeSpan.FromSeconds(2);

    /// <summary>Permanent and namespaced, such as <c>notice.mail</c>; stored with each channel. Equal to the module's id.</summary>
    string Id { get; }

    /// <summary>The settings of a channel, in the order of the form. The list never changes.</summary>
    IReadOnlyList<ChannelField> Fields { get; }

    /// <summary>Returns the problems of a channel's settings; empty when <see cref="SendAsync"/> can use them. Does no I/O. Usually
    /// <see cref="ChannelFields.Problems"/> and the notifier's own rules.</summary>
    IReadOnlyList<ChannelProblem> Validate(ChannelSettings settings);

    /// <summary>Sends the notice once.</summary>
    /// <param name="notice">What to send.</param>
    /// <param name="settings">The channel. Stored settings may be invalid after an update of the module; the result is then <see cref="NoticeResult.Refused"/>.</param>
    /// <param name="cancellationToken">Ends the call; the notice may still arrive.</param>
    Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken);
}
