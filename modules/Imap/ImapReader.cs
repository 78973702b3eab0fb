using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Mailboxes;
using MtaSts.Modules.Reports;
using Envelope = MtaSts.Modules.Reports.Envelope;

namespace MtaSts.Modules.Imap;

/// <summary>Reads a folder through, one mail at a time, by UID and never by flags: what a person has read is no less a report. Outlives connections.</summary>
internal sealed partial class ImapReader(ImapOptions options, IReportInbox inbox, TimeProvider clock, ILogger logger)
{
    /// <summary>Sizes asked for at once. Bounds: memory for a folder that holds a great many.</summary>
    private const int Batch = 200;

    private readonly ImapState state = new(options.StatePath);

    /// <summary>Mails that are handled and may still lie there: kept ones that the state does not reach yet.</summary>
    private readonly HashSet<UniqueId> handled = [];

    /// <summary>Mails at which something went wrong: their turn comes after the others'.</summary>
    private readonly HashSet<UniqueId> suspects = [];

    /// <summary>What the UIDs above are good for (RFC 9051 §2.3.1.1).</summary>
    private uint validity;

    /// <summary>Everything that lies there now; what is wrong, or null. Trouble with one mail leaves it where it is and goes on with the others.</summary>
    public async Task<string?> PassAsync(ImapClient client, IMailFolder folder, CancellationToken stop)
    {
        if (folder.UidValidity != validity)
        {
            handled.Clear();
            suspects.Clear();
            validity = folder.UidValidity;
        }
        string? problem = null;
        var last = options.AfterReading == AfterReading.Keep ? Last(folder, ref problem) : 0;
        // The search names the last mail of the folder too when all are older (RFC 9051 §9, seq-range).
        var found = await folder.SearchAsync(last == 0 ? SearchQuery.All : SearchQuery.Uids(new UniqueIdRange(new UniqueId(last + 1), UniqueId.MaxValue)), stop);
        var all = found.Where(uid => uid.Id > last).Order().ToArray();
        handled.IntersectWith(all);
        suspects.IntersectWith(all);
        foreach (var batch in all.Where(uid => !handled.Contains(uid)).OrderBy(suspects.Contains).Chunk(Batch))
        {
            var sizes = (await folder.FetchAsync(batch, MessageSummaryItems.UniqueId | MessageSummaryItems.Size, stop)).ToDictionary(summary => summary.UniqueId, summary => summary.Size);
            foreach (var uid in batch.Where(sizes.ContainsKey))
            {
                suspects.Add(uid);
                try
                {
                    if (await TakeAsync(client, folder, uid, sizes[uid], stop) is Receipt.Unavailable unavailable)
                    {
                        suspects.Remove(uid);
                        return $"The inbox does not take reports: {unavailable.Reason}";
                    }
                    suspects.Remove(uid);
                    handled.Add(uid);
                }
                catch (Exception exception) when (client.IsConnected && folder.IsOpen && !stop.IsCancellationRequested)
                {
                    if (await IsGoneAsync(client, folder, uid, stop))
                    {
                        handled.Add(uid); // Somebody took it away.
                        continue;
                    }
                    LogMail(exception, uid.Id);
                    problem = $"The mail with UID {uid.Id} stays in {folder.FullName}: {exception.Message}";
                }
            }
            if (options.AfterReading == AfterReading.Keep)
                Remember(folder, all, last, ref problem);
        }
        return problem;
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

    private async Task<Receipt> TakeAsync(ImapClient client, IMailFolder folder, UniqueId uid, uint? size, CancellationToken stop)
    {
        var mail = size > Envelope.MaxBytes ? null : await ReadAsync(folder, uid, stop);
        var receipt = mail is null ? new Receipt.Refused($"It is larger than {Envelope.MaxBytes} bytes.") : await DeliverAsync(mail, stop);
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

    /// <summary>To each addressee of the first header that names a claim. Stored for one is stored; unavailable for one leaves the mail for all, and those that have it know it by its bytes.</summary>
    private async Task<Receipt> DeliverAsync(byte[] mail, CancellationToken stop)
    {
        Receipt outcome = new Receipt.UnknownToken();
        foreach (var tokens in MailTokens.Of(mail, inbox.MailDomain))
        {
            foreach (var token in tokens)
            {
                var receipt = await inbox.AcceptAsync(new Envelope(ImapSource.SourceId, clock.GetUtcNow(), mail, token, null), stop);
                if (receipt is Receipt.Unavailable)
                    return receipt;
                outcome = outcome is Receipt.Stored ? outcome : receipt;
            }
            if (outcome is not Receipt.UnknownToken)
                break;
        }
        return outcome;
    }

    [LoggerMessage(1163, LogLevel.Warning, "IMAP: the mail with UID {Uid} was put aside: {Reason}")]
    private partial void LogUnclaimed(uint uid, string reason);

    [LoggerMessage(1164, LogLevel.Error, "IMAP: the mail with UID {Uid} could not be taken and stays where it is")]
    private partial void LogMail(Exception exception, uint uid);
}
