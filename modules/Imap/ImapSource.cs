using MailKit;
using MailKit.Net.Imap;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Imap;

/// <summary>Takes reports out of an IMAP folder: connects, has it read through, waits for more, and after trouble begins anew.</summary>
internal sealed partial class ImapSource(ImapOptions options, IReportInbox inbox, TimeProvider clock, ILogger<ImapSource> logger) : IReportSource
{
    public const string SourceId = "source.imap";

    /// <summary>So many connections in a row lost in IDLE are no accident: the server has it and cannot do it.</summary>
    private const int MaxBrokenIdles = 3;

    /// <summary>So long is polled then before IDLE is tried once more.</summary>
    private static readonly TimeSpan IdleRest = TimeSpan.FromHours(1);

    /// <summary>Servers hang up after 30 min (RFC 2177), routers between sooner.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(9);

    /// <summary>After trouble; doubled each time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly ImapReader reader = new(options, inbox, clock, logger);
    private int brokenIdles;
    /// <summary>On the monotonic clock: a system clock that is set back puts nothing off.</summary>
    private TimeSpan idleAgain;
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
                    if (reader.TakeBlame())
                        pause = FirstPause;
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
        // Read only, not even the mark of what is new (\Recent) is taken from a mail.
        await folder.OpenAsync(options.AfterReading == AfterReading.Keep ? FolderAccess.ReadOnly : FolderAccess.ReadWrite, stop);
        while (true)
        {
            using var changed = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
            void OnChange(object? sender, EventArgs arguments) => changed.Cancel();
            folder.CountChanged += OnChange;
            try
            {
                var pass = await reader.PassAsync(client, folder, stop);
                if (pass.Outage is { } outage)
                {
                    await TroubleAsync(outage, stop);
                    return;
                }
                Working(folder, pass.Trouble);
                if (pass.IsInVain)
                {
                    // Over a new connection: what this one knows of the folders may be why. When each mail is tried again the reader knows.
                    await Task.Delay(FirstPause, clock, stop);
                    return;
                }
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
        if (client.Capabilities.HasFlag(ImapCapabilities.Idle) && clock.GetElapsedTime(0) >= idleAgain)
        {
            changed.CancelAfter(Sooner(IdleTime, reader.Again));
            if (!changed.IsCancellationRequested)
                await IdleAsync(client, changed.Token, stop);
        }
        else
        {
            await Task.Delay(options.Poll, clock, stop);
            await client.NoOpAsync(stop);
        }
    }

    private static TimeSpan Sooner(TimeSpan time, TimeSpan? again)
    {
        var left = again ?? time;
        return left < FirstPause ? FirstPause : left < time ? left : time;
    }

    private async Task IdleAsync(ImapClient client, CancellationToken done, CancellationToken stop)
    {
        try
        {
            await client.IdleAsync(done, stop);
            brokenIdles = 0;
        }
        catch when (!stop.IsCancellationRequested && ++brokenIdles >= MaxBrokenIdles)
        {
            brokenIdles = 0;
            idleAgain = clock.GetElapsedTime(0) + IdleRest;
            LogNoIdle(options.Host!, options.Poll);
            throw;
        }
    }

    /// <param name="trouble">With single mails, while the others are taken; null when all is well.</param>
    private void Working(IMailFolder folder, string? trouble)
    {
        pause = FirstPause;
        if (trouble is not null)
        {
            Trouble(trouble);
            return;
        }
        if (status is not ReportSourceStatus.Working)
            LogWorking(folder.FullName, options.Host!);
        status = new ReportSourceStatus.Working($"{folder.FullName} on {options.Host}");
    }

    private void Trouble(string problem)
    {
        if ((status as ReportSourceStatus.Troubled)?.Problem != problem)
            LogTrouble(problem);
        status = new ReportSourceStatus.Troubled(problem);
    }

    private async Task TroubleAsync(string problem, CancellationToken stop)
    {
        Trouble(problem);
        var wait = pause;
        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        await Task.Delay(wait, clock, stop);
    }

    [LoggerMessage(1161, LogLevel.Information, "Reports are taken from the folder {Folder} on {Host}")]
    private partial void LogWorking(string folder, string host);

    [LoggerMessage(1162, LogLevel.Warning, "IMAP: {Problem}")]
    private partial void LogTrouble(string problem);

    [LoggerMessage(1165, LogLevel.Debug, "IMAP: the connection ended")]
    private partial void LogLost(Exception exception);

    [LoggerMessage(1166, LogLevel.Warning, "IMAP: {Host} ends each connection that waits for new mail (IDLE); for an hour it is looked for every {Poll} instead")]
    private partial void LogNoIdle(string host, TimeSpan poll);
}
