using MtaSts.Grains;

namespace MtaSts.Application.Notifications;

/// <summary>What the page of a link shows.</summary>
/// <param name="Workspace">The workspace's name.</param>
/// <param name="Address">The recipient.</param>
/// <param name="Channel">Name of the channel; null for a link to confirm, which is for all channels to the address.</param>
/// <param name="IsDone">Whether the recipient has already confirmed, or unsubscribed.</param>
public sealed record RecipientView(string Workspace, string Address, string? Channel, bool IsDone);

/// <summary>Commands of recipients of notices, who have no account. The link, which only they received, is the permission.</summary>
public sealed class RecipientCommands(IGrainFactory grains, RecipientLinks links)
{
    public static Refusal Invalid { get; } = new(RefusalCodes.NotFound, "This link is not valid. A link to confirm is valid for 7 days, or until a newer request is sent. A link to unsubscribe is valid until its channel is deleted or gets another recipient. Use the link in the newest mail.");

    /// <summary>What a link would do. Changes nothing: programs that scan mails open links.</summary>
    public async Task<CommandResult<RecipientView>> Read(string purpose, string token)
    {
        if (links.Read(purpose, token) is not { } link || await grains.Workspace(link.WorkspaceId).Get() is not { } workspace)
            return Invalid;
        var grain = grains.Notifications(link.WorkspaceId);
        if (purpose == RecipientLinks.Confirm)
        {
            var channels = await grain.CanConfirm(link.Address, link.Key) ? (await grain.List()).Where(channel => channel.Recipient?.Address == link.Address).ToArray() : [];
            return channels.Length == 0 ? Invalid : new RecipientView(workspace.Name, link.Address, null, channels.All(static channel => channel.Recipient!.ConfirmedAt is not null || channel.Pause is not null));
        }
        return await grain.Find(link.Key) is { Recipient: { } recipient } channel && recipient.Address == link.Address
            ? new RecipientView(workspace.Name, link.Address, channel.Content.Name, recipient.ConfirmedAt is null && channel.Pause is not null)
            : Invalid;
    }

    /// <summary>Confirms or unsubscribes, as the link says. Repeatable.</summary>
    public async Task<CommandResult<RecipientView>> Run(string purpose, string token)
    {
        if (links.Read(purpose, token) is not { } link)
            return Invalid;
        var grain = grains.Notifications(link.WorkspaceId);
        var done = purpose == RecipientLinks.Confirm ? await grain.Confirm(link.Address, link.Key) : await grain.Unsubscribe(link.Key, link.Address);
        return done.IsDone ? await Read(purpose, token) : Invalid;
    }
}
