using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Mailboxes;
using MtaSts.Modules.Reports;
using Envelope = MtaSts.Modules.Reports.Envelope;

namespace MtaSts.Modules.Imap;

/// <summary>Takes reports out of an IMAP folder, one at a time, by UID and never by flags: what a person has read is no less a report.</summary>
internal sealed partial class ImapSource(ImapOptions options, IReportInbox inbox, TimeProvider clock, ILogger<ImapSource> logger) : IReportSource
{
    public const string SourceId = "source.imap";

    /// <summary>Sizes asked for at once. Bounds: memory for a folder that holds a great many.</summary>
    private const int Batch = 200;

    /// <summary>Servers hang up after 30 min (RFC 2177), routers between sooner.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(9);

    /// <summary>After trouble; doubled each time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly ImapState state = new(options.StatePath);

    /// <summary>Kept mails that are handled although one before them is not.</summary>
    private readonly HashSet<UniqueId> handled = [];

    /// <summary>Mails at which something went wrong: their turn comes after the others'.</summary>
    private readonly HashSet<UniqueId> suspects = [];

    private TimeSpan pause = FirstPause;
    private volatile ReportSourceStatus? status;

    public string Id => SourceId;

    public ReportSourceStatus Status => status
        ?? (options.Host is null ? new ReportSourceStatus.Off("Set Modules:source.imap:Host to the IMAP server.") : new ReportSourceStatus.Waiting("It is about to connect."));

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                try
                {
                    await ConnectedAsync(stop);
                }
                catch (Exception exception) when (!stop.IsCancellationRequested)
                {
                    LogLost(exception);
                    await TroubleAsync($"No mail can be taken from {options.Host}: {exception.Message}", stop);
                }
            }
        }
        finally
        {
            status = null;
        }
    }

    private async Task ConnectedAsync(CancellationToken stop)
    {
        using var client = await ImapConnection.OpenAsync(options, stop);
        var folder = await ImapFolders.FindAsync(client, options.Folder, stop)
            ?? throw new InvalidOperationException($"The account has no folder {options.Folder}. Set Modules:source.imap:Folder.");
        await folder.OpenAsync(FolderAccess.ReadWrite, stop);
        handled.Clear(); // UIDs are good for one UIDVALIDITY, which may be another now.
        while (true)
        {
            using var changed = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
            void OnChange(object? sender, EventArgs arguments) => changed.Cancel();
            folder.CountChanged += OnChange;
            try
            {
                if (await PassAsync(client, folder, stop) is { } problem)
                {
                    await TroubleAsync(problem, stop);
                    continue;
                }
                Working(folder);
                await WaitAsync(client, changed, stop);
            }
            finally
            {
                folder.CountChanged -= OnChange;
            }
        }
    }

    private async Task WaitAsync(ImapClient client, CancellationTokenSource changed, CancellationToken stop)
    {
        if (client.Capabilities.HasFlag(ImapCapabilities.Idle))
        {
            changed.CancelAfter(IdleTime);
            if (!changed.IsCancellationRequested)
                await client.IdleAsync(changed.Token, stop);
        }
        else
        {
            await Task.Delay(options.Poll, clock, stop);
            await client.NoOpAsync(stop);
        }
    }

    /// <summary>Everything that lies there now; what is wrong, or null. Trouble with one mail leaves it where it is and goes on with the others.</summary>
    private async Task<string?> PassAsync(ImapClient client, IMailFolder folder, CancellationToken stop)
    {
        string? problem = null;
        var last = options.AfterReading == AfterReading.Keep ? state.Last(folder.FullName, folder.UidValidity) : 0;
        var all = (await folder.SearchAsync(SearchQuery.All, stop)).Where(uid => uid.Id > last).Order().ToArray();
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
                catch (MessageNotFoundException)
                {
                    handled.Add(uid); // Somebody took it away.
                }
                catch (Exception exception) when (client.IsConnected && folder.IsOpen && !stop.IsCancellationRequested)
                {
                    LogMail(exception, uid.Id);
                    problem = $"The mail with UID {uid.Id} stays in {folder.FullName}: {exception.Message}";
                }
            }
            if (options.AfterReading == AfterReading.Keep)
                Remember(folder, all, last);
        }
        return problem;
    }

    private void Remember(IMailFolder folder, UniqueId[] all, uint last)
    {
        var reached = all.TakeWhile(handled.Contains).Select(uid => uid.Id).LastOrDefault(last);
        if (reached > last)
            state.Remember(folder.FullName, folder.UidValidity, reached);
    }

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

    /// <summary>To each addressee. Stored for one is stored; unavailable for one leaves the mail for all, and those that have it know it by its bytes.</summary>
    private async Task<Receipt> DeliverAsync(byte[] mail, CancellationToken stop)
    {
        Receipt outcome = new Receipt.UnknownToken();
        foreach (var token in MailTokens.Of(mail, inbox.MailDomain))
        {
            var receipt = await inbox.AcceptAsync(new Envelope(SourceId, clock.GetUtcNow(), mail, token, null), stop);
            if (receipt is Receipt.Unavailable)
                return receipt;
            outcome = outcome is Receipt.Stored ? outcome : receipt;
        }
        return outcome;
    }

    private void Working(IMailFolder folder)
    {
        pause = FirstPause;
        if (status is not ReportSourceStatus.Working)
            LogWorking(folder.FullName, options.Host!);
        status = new ReportSourceStatus.Working($"{folder.FullName} on {options.Host}");
    }

    private async Task TroubleAsync(string problem, CancellationToken stop)
    {
        if ((status as ReportSourceStatus.Troubled)?.Problem != problem)
            LogTrouble(problem);
        status = new ReportSourceStatus.Troubled(problem);
        var wait = pause;
        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        await Task.Delay(wait, clock, stop);
    }

    [LoggerMessage(1161, LogLevel.Information, "Reports are taken from the folder {Folder} on {Host}")]
    private partial void LogWorking(string folder, string host);

    [LoggerMessage(1162, LogLevel.Warning, "IMAP: {Problem}")]
    private partial void LogTrouble(string problem);

    [LoggerMessage(1163, LogLevel.Warning, "IMAP: the mail with UID {Uid} was put aside: {Reason}")]
    private partial void LogUnclaimed(uint uid, string reason);

    [LoggerMessage(1164, LogLevel.Error, "IMAP: the mail with UID {Uid} could not be taken and stays where it is")]
    private partial void LogMail(Exception exception, uint uid);

    [LoggerMessage(1165, LogLevel.Debug, "IMAP: the connection ended")]
    private partial void LogLost(Exception exception);
}
