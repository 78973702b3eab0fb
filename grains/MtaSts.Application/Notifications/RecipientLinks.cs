using MtaSts.Grains;

namespace MtaSts.Application.Notifications;

/// <summary>Links in mails to recipients, who have no account: they contain what they permit, and only this service can make them.</summary>
public sealed class RecipientLinks(NoticeLinks links, ILinkProtection protection)
{
    /// <summary>Path of the pages; the purpose and the token follow.</summary>
    public const string Path = "/recipients";

    public const string Confirm = "confirm";
    public const string Unsubscribe = "unsubscribe";

    /// <summary>Longest token that is read, in characters: longer than any that is made.</summary>
    public const int MaxToken = 2_000;

    /// <summary>Addresses, ids and codes contain no control characters.</summary>
    private const char Separator = '\n';

    internal Uri? ToConfirm(ConfirmationFacts request) => To(Confirm, request.WorkspaceId, request.Address, request.Code);

    internal Uri? ToUnsubscribe(NoticeRecipient recipient) => To(Unsubscribe, recipient.WorkspaceId, recipient.Address, recipient.Channel);

    /// <summary>What a link permits; null when this service did not make it for this purpose.</summary>
    internal RecipientLink? Read(string purpose, string token) =>
        token.Length <= MaxToken && protection.Unprotect(token)?.Split(Separator) is [var made, var workspace, var address, var key] && made == purpose ? new RecipientLink(workspace, address, key) : null;

    private Uri? To(string purpose, string workspace, string address, string key) => links.Dashboard is null ? null
        : links.To($"{Path}/{purpose}/{protection.Protect(string.Join(Separator, purpose, workspace, address, key))}");
}

/// <summary>What a link permits its reader.</summary>
/// <param name="Key">The code of the request, or the id of the channel.</param>
internal sealed record RecipientLink(string WorkspaceId, string Address, string Key);
