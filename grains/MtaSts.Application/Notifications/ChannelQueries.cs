using MtaSts.Grains;
using MtaSts.Modules.Notices;
using MtaSts.Protocol;

namespace MtaSts.Application.Notifications;

/// <summary>A notifier, and what a channel of it needs.</summary>
public sealed record NotifierView(string Id, IReadOnlyList<ChannelField> Fields);

/// <summary>A channel for display: secrets are left out.</summary>
/// <param name="Settings">The values that may be shown, by field.</param>
/// <param name="Secrets">The fields that have a secret value.</param>
/// <param name="Warning">Why its notices may not arrive although it works; null when nothing is known.</param>
/// <param name="Recipient">The recipient who must confirm; null: no confirmation is needed.</param>
public sealed record ChannelView(
    string Id, ChannelContent Content, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<string> Secrets, DateTimeOffset CreatedAt, string CreatedBy, ChannelPause? Pause, int Waiting, string? Warning,
    ChannelRecipient? Recipient)
{
    /// <summary>Whether the recipient has not confirmed: only the request is sent.</summary>
    public bool IsUnconfirmed => Recipient is { ConfirmedAt: null };
}

/// <summary>A line of the delivery log, with the title of the notice.</summary>
public sealed record NoticeLine(string Title, NoticeRecord Notice);

/// <summary>The channels of the actor's workspace, and what was sent to them.</summary>
public sealed class ChannelQueries(IGrainFactory grains, INotifiers notifiers)
{
    /// <summary>Past notices of a channel in the log.</summary>
    public const int MaxLog = INotificationsGrain.MaxLog;

    /// <summary>The notifiers that a channel can have.</summary>
    public async Task<CommandResult<IReadOnlyList<NotifierView>>> Notifiers(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.ChannelsRead) is { } refusal ? refusal
            : CommandResult.Of<IReadOnlyList<NotifierView>>(await Task.WhenAll(notifiers.All.Select(async notifier => new NotifierView(notifier.Id, await notifier.DescribeAsync(CancellationToken.None)))));
    }

    /// <summary>The channels by name.</summary>
    public async Task<CommandResult<IReadOnlyList<ChannelView>>> List(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.ChannelsRead) is { } refusal)
            return refusal;
        var channels = await grains.Notifications(actor.WorkspaceId).List();
        return CommandResult.Of<IReadOnlyList<ChannelView>>(await Task.WhenAll(channels.Select(channel => ViewOf(grains, actor.WorkspaceId, channel))));
    }

    public async Task<CommandResult<ChannelView>> Find(Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.ChannelsRead) is { } refusal)
            return refusal;
        return await grains.Notifications(actor.WorkspaceId).Find(id) is { } channel ? await ViewOf(grains, actor.WorkspaceId, channel) : NotThere;
    }

    /// <summary>The notices, newest first: waiting ones, and the latest past ones of each channel.</summary>
    /// <param name="channel">Of one channel; null: of all.</param>
    public async Task<CommandResult<IReadOnlyList<NoticeLine>>> Log(Actor actor, string? channel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.ChannelsRead) is { } refusal)
            return refusal;
        return CommandResult.Of<IReadOnlyList<NoticeLine>>([.. (await grains.Notifications(actor.WorkspaceId).Log(channel)).Select(notice => new NoticeLine(NoticeWriter.Title(notice.Content), notice))]);
    }

    internal static Refusal NotThere { get; } = new(RefusalCodes.NotFound, "This workspace has no such channel. Reload the list of channels.");

    internal static async Task<ChannelView> ViewOf(IGrainFactory grains, string workspaceId, ChannelRecord channel) => new(
        channel.Id, channel.Content, channel.Values.Open, [.. channel.Values.Secret.Keys], channel.CreatedAt, channel.CreatedBy, channel.Pause, channel.Waiting, await Warning(grains, workspaceId, channel), channel.Recipient);

    /// <summary>A mail about a domain whose mail is lost must not go to this domain.</summary>
    private static async Task<string?> Warning(IGrainFactory grains, string workspaceId, ChannelRecord channel)
    {
        foreach (var value in channel.Values.Open.Values)
        {
            if (value.LastIndexOf('@') is > 0 and var at && DomainName.TryParse(value[(at + 1)..], out var domain, out _) && await grains.Workspace(workspaceId).HasClaim(domain.Value))
                return $"The address is at {domain.Value}, a domain of this workspace. If the domain breaks, this mail may not arrive. Add a second channel, for example a webhook or an address at another domain.";
        }
        return null;
    }
}
