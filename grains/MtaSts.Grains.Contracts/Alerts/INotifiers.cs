using MtaSts.Modules.Notices;

namespace MtaSts.Grains;

/// <summary>The notifiers of the loaded modules that the operator's settings enable.</summary>
public interface INotifiers
{
    /// <summary>In the order of the modules, built-in ones first.</summary>
    IReadOnlyList<IGuardedNotifier> All { get; }

    /// <summary>By permanent id; null when no module offers it any more, or a setting of it is missing.</summary>
    IGuardedNotifier? Find(string id);
}

/// <summary>A module's notifier behind the boundary: calls are limited in time and number, and a fault of the module is an answer.</summary>
public interface IGuardedNotifier
{
    /// <summary>Permanent id: <c>notice.mail</c>.</summary>
    string Id { get; }

    /// <summary><see cref="INotifier.Fields"/>; empty when the module does not answer.</summary>
    Task<IReadOnlyList<ChannelField>> DescribeAsync(CancellationToken cancellationToken);

    /// <summary><see cref="INotifier.Validate"/>; a fault of the module is a problem of the channel as a whole.</summary>
    Task<IReadOnlyList<ChannelProblem>> ValidateAsync(ChannelSettings settings, CancellationToken cancellationToken);

    /// <summary><see cref="INotifier.SendAsync"/>; a fault of the module is <see cref="NoticeResult.Unavailable"/>.</summary>
    Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken);
}
