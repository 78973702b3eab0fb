using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Mailboxes;
using MtaSts.Modules.Reports;
using Envelope = MtaSts.Modules.Reports.Envelope;

namespace MtaSts.Modules.Imap;

/// <summary>Result of a pass.</summary>
/// <param name="Outage">Why the inbox accepts no mails; null when it does.</param>
/// <param name="Trouble">Another problem while mails are taken, or null.</param>
/// <param name="IsInVain">Mails were tried, and none could be taken.</param>
internal sealed record ImapPass(string? Outage, string? Trouble, bool IsInVain);

/// <summary>Reads a folder, one mail at a time, by UID and never by flags, because a user may have read a report in a mail client. Outlives connections.</summary>
internal sealed partial class ImapReader(ImapOptions options, IReportInbox inbox, TimeProvider clock, ILogger logger)
{
    /// <summary>Sizes fetched at once. Bounds: memory for a folder with very many mails.</summary>
    private const int Batch = 200;

    private readonly ImapState state = new(options.StatePath);

    /// <summary>Handled mails that may still be in the folder: kept ones that the state does not cover yet.</summary>
    private readonly HashSet<UniqueId> handled = [];

    /// <summary>Tried after all others.</summary>
    private readonly StuckMails<UniqueId> stuck = new(clock);

    /// <summary>The UIDVALIDITY of the UIDs above (RFC 9051 §2.3.1.1).</summary>
    private uint validity;

    private bool isAtMail;

    /// <summary>Whether a mail was being processed when the connection ended; returned once. Then the pause before the next attempt grows for the
    /// mail, not for the server.</summary>
    public bool TakeBlame() => Interlocked.Exchange(ref isAtMail, false);

    /// <summary>Time until the next failed mail is due; null without one.</summary>
    public TimeSpan? Again => stuck.Next;

    /// <summary>Processes all mails in the folder. A mail with a problem stays in place, and the pass continues with the others.</summary>
    public async Task<ImapPass> PassAsync(ImapClient client, IMailFolder folder, CancellationToken stop)
    {
        if (folder.UidValidity != validity)
        {
            handled.Clear();
            stuck.Keep(_ => false);
            validity = folder.UidValidity;
        }
        string? problem = null;
        var (tried, taken) = (0, 0);
        var last = options.AfterReading == AfterReading.Keep ? Last(folder, ref problem) : 0;
        // The search also returns the last mail of the folder when all are older (RFC 9051 §9, seq-range).
        var found = await folder.SearchAsync(last == 0 ? SearchQuery.All : SearchQuery.Uids(new UniqueIdRange(new UniqueId(last + 1), UniqueId.MaxValue)), stop);
        var all = found.Where(uid => uid.Id > last).Order().ToArray();
        handled.IntersectWith(all);
        stuck.Keep(all.ToHashSet().Contains);
        foreach (var batch in all.Where(uid => !handled.Contains(uid) && !stuck.IsResting(uid)).OrderBy(stuck.Contains).Chunk(Batch))
        {
            var summaries = (await folder.FetchAsync(batch, MessageSummaryItems.UniqueId | MessageSummaryItems.Size | MessageSummaryItems.InternalDate, stop)).ToDictionary(summary => summary.UniqueId);
            foreach (var uid in batch.Where(summaries.ContainsKey))
            {
                (tried, isAtMail) = (tried + 1, true);
                stuck.Suspect(uid);
                try
                {
                    if (await TakeAsync(client, folder, summaries[uid], stop) is Receipt.Unavailable unavailable)
                    {
                        if (unavailable.IsOverShare)
                        {
                            stuck.Failed(uid, $"The mail with UID {uid.Id} stays in {folder.FullName} and is retried: {unavailable.Reason}");
                            (taken, isAtMail) = (taken + 1, false); // Continues with the others.
                            continue;
                        }
                        stuck.Forget(uid);
                        isAtMail = false;
                        return new ImapPass($"The inbox does not accept reports: {unavailable.Reason}", null, false);
                    }
                }
                catch (Exception exception) when (!stop.IsCancellationRequested)
                {
                    stuck.Failed(uid, $"The mail with UID {uid.Id} stays in {folder.FullName}: {exception.Message}");
                    if (!client.IsConnected || !folder.IsOpen)
                        throw;
                    if (!await IsGoneAsync(client, folder, uid, stop))
                    {
                        isAtMail = false;
                        LogMail(exception, uid.Id);
                        continue;
                    }
                }
                (taken, isAtMail) = (taken + 1, false);
                stuck.Forget(uid);
                handled.Add(uid); // Taken, or removed by another client.
            }
            if (options.AfterReading == AfterReading.Keep)
                Remember(folder, all, last, ref problem);
        }
        return new ImapPass(null, stuck.Problem ?? problem, tried > 0 && taken == 0);
    }

    private static async Task<bool> IsGoneAsync(ImapClient client, IMailFolder folder, UniqueId uid, CancellationToken stop)
    {
        await client.NoOpAsync(stop); // Lets the server report mails that others have expunged.
        return !(await folder.SearchAsync(SearchQuery.Uids([uid]), stop)).Contains(uid);
    }

    private uint Last(IMailFolder folder, ref string? problem)
    {
        try
        {
            return state.Last(Box(folder), folder.UidValidity);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = Forgetful(exception);
            return 0;
        }
    }

    private void Remember(IMailFolder folder, UniqueId[] all, uint last, ref string? problem)
    {
        var reached = all.TakeWhile(handled.Contains).Select(uid => uid.Id).LastOrDefault(last);
        if (reached <= last)
            return;
        try
        {
            state.Remember(Box(folder), folder.UidValidity, reached);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem ??= Forgetful(exception);
        }
    }

    /// <summary>Another account's UIDs may have the same validity.</summary>
    private string Box(IMailFolder folder) => $"{options.UserName} on {options.Host}: {folder.FullName}";

    private static string Forgetful(Exception exception) =>
        $"Mails are processed, but the last position cannot be saved: {exception.Message} Set Modules:source.imap:StatePath to a file that this process may read and write; until then, all mails are read again after a restart. Each report is still counted once.";

    private async Task<Receipt> TakeAsync(ImapClient client, IMailFolder folder, IMessageSummary summary, CancellationToken stop)
    {
        var uid = summary.UniqueId;
        var mail = summary.Size > Envelope.MaxBytes ? null : await ReadAsync(folder, uid, stop);
        var receipt = mail is null ? new Receipt.Refused($"It is larger than {Envelope.MaxBytes} bytes.") : await inbox.DeliverAsync(new Envelope(ImapSource.SourceId, MailDelivery.Arrived(summary.InternalDate, clock.GetUtcNow()), mail, null, null), MailTokens.Of(mail, inbox.MailDomain), stop);
        if (receipt is Receipt.Unavailable)
            return receipt;
        if (receipt is not Receipt.Stored)
            LogUnclaimed(uid.Id, receipt is Receipt.Refused refused ? refused.Reason : "no claim has the token it is addressed to");
        if (options.AfterReading == AfterReading.Keep)
            return receipt;
        if (receipt is not Receipt.Stored || options.AfterReading == AfterReading.Move)
        {
            await folder.MoveToAsync(uid, await ImapFolders.FindOrMakeAsync(client, receipt is Receipt.Stored ? options.MoveTo : options.Unclaimed, stop), stop);
        }
        else
        {
            await folder.AddFlagsAsync(uid, MessageFlags.Deleted, silent: true, stop);
            await folder.ExpungeAsync([uid], stop);
        }
        return receipt;
    }

    /// <summary>The bytes; null when there are more than an envelope may have. No more than that is fetched, for any size that the server states.</summary>
    private static async Task<byte[]?> ReadAsync(IMailFolder folder, UniqueId uid, CancellationToken stop)
    {
        await using var stream = await folder.GetStreamAsync(uid, 0, Envelope.MaxBytes + 1, stop);
        if (stream.Length > Envelope.MaxBytes)
            return null;
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, stop);
        return bytes;
    }

    [LoggerMessage(1163, LogLevel.Warning, "IMAP: the mail with UID {Uid} is moved to the folder for unclaimed mail: {Reason}")]
    private partial void LogUnclaimed(uint uid, string reason);

    [LoggerMessage(1164, LogLevel.Error, "IMAP: the mail with UID {Uid} was not delivered to the inbox; it stays in place and is retried")]
    private partial void LogMail(Exception exception, uint uid);
}
