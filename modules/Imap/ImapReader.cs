using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Mailboxes;
using MtaSts.Modules.Reports;
using Envelope = MtaSts.Modules.Reports.Envelope;

namespace MtaSts.Modules.Imap;

/// <summary>What a pass met.</summary>
/// <param name="Outage">The inbox does not take mails; null when it does.</param>
/// <param name="Trouble">What is wrong otherwise while mails are taken, or null.</param>
/// <param name="IsInVain">Mails were tried, and none could be taken.</param>
internal sealed record ImapPass(string? Outage, string? Trouble, bool IsInVain);

/// <summary>Reads a folder through, one mail at a time, by UID and never by flags: what a person has read is no less a report. Outlives connections.</summary>
internal sealed partial class ImapReader(ImapOptions options, IReportInbox inbox, TimeProvider clock, ILogger logger)
{
    /// <summary>Sizes asked for at once. Bounds: memory for a folder that holds a great many.</summary>
    private const int Batch = 200;

    private readonly ImapState state = new(options.StatePath);

    /// <summary>Mails that are handled and may still lie there: kept ones that the state does not reach yet.</summary>
    private readonly HashSet<UniqueId> handled = [];

    /// <summary>Their turn comes after the others'.</summary>
    private readonly StuckMails<UniqueId> stuck = new(clock);

    /// <summary>What the UIDs above are good for (RFC 9051 §2.3.1.1).</summary>
    private uint validity;

    private bool isAtMail;

    /// <summary>Whether a mail was in hand when the connection ended; told once. It is the mail then that is tried ever more seldom, not the server.</summary>
    public bool TakeBlame() => Interlocked.Exchange(ref isAtMail, false);

    /// <summary>How long until a mail that could not be taken is to be tried again; null when there is none.</summary>
    public TimeSpan? Again => stuck.Next;

    /// <summary>Everything that lies there now. Trouble with one mail leaves it where it is and goes on with the others.</summary>
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
        // The search names the last mail of the folder too when all are older (RFC 9051 §9, seq-range).
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
                            stuck.Failed(uid, $"The mail with UID {uid.Id} stays in {folder.FullName} and is tried again: {unavailable.Reason}");
                            (taken, isAtMail) = (taken + 1, false); // The others go on.
                            continue;
                        }
                        stuck.Forget(uid);
                        isAtMail = false;
                        return new ImapPass($"The inbox does not take reports: {unavailable.Reason}", null, false);
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
                handled.Add(uid); // Taken, or somebody took it away.
            }
            if (options.AfterReading == AfterReading.Keep)
                Remember(folder, all, last, ref problem);
        }
        return new ImapPass(null, stuck.Problem ?? problem, tried > 0 && taken == 0);
    }

    private static async Task<bool> IsGoneAsync(ImapClient client, IMailFolder folder, UniqueId uid, CancellationToken stop)
    {
        await client.NoOpAsync(stop); // Only now may the server tell what others have expunged.
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
        $"Mails are taken, but which cannot be remembered: {exception.Message} Set Modules:source.imap:StatePath to a file that this process may read and write; until then all are read again after a restart, and counted once.";

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

    /// <summary>The bytes; null when there are more than an envelope may have. No more than that is asked for, whatever size the server told.</summary>
    private static async Task<byte[]?> ReadAsync(IMailFolder folder, UniqueId uid, CancellationToken stop)
    {
        await using var stream = await folder.GetStreamAsync(uid, 0, Envelope.MaxBytes + 1, stop);
        if (stream.Length > Envelope.MaxBytes)
            return null;
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, stop);
        return bytes;
    }

    [LoggerMessage(1163, LogLevel.Warning, "IMAP: the mail with UID {Uid} was put aside: {Reason}")]
    private partial void LogUnclaimed(uint uid, string reason);

    [LoggerMessage(1164, LogLevel.Error, "IMAP: the mail with UID {Uid} could not be taken and stays where it is")]
    private partial void LogMail(Exception exception, uint uid);
}
