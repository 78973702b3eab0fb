using MailKit;
using MailKit.Net.Imap;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Imap;

/// <summary>Reads reports from an IMAP folder: connects, processes it, waits for new mail, and reconnects after an error.</summary>
internal sealed partial class ImapSource(ImapOptions options, IReportInbox inbox, TimeProvider clock, ILogger<ImapSource> logger) : IReportSource
{
    public const string SourceId = "source.imap";

    /// <summary>After so many connections in a row lost in IDLE, the server's IDLE counts as broken.</summary>
    private const int MaxBrokenIdles = 3;

    /// <summary>How long the folder is polled before IDLE is tried again.</summary>
    private static readonly TimeSpan IdleRest = TimeSpan.FromHours(1);

    /// <summary>Servers disconnect after 30 min (RFC 2177), routers earlier.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(9);

    /// <summary>After an error; doubled each time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly ImapReader reader = new(options, inbox, clock, logger);
    private int brokenIdles;
    /// <summary>On the monotonic clock: a system clock that is set back causes no delay.</summary>
    private TimeSpan idleAgain;
    private TimeSpan pause = FirstPause;
    private volatile ReportSourceStatus? status;

    public string Id => SourceId;

    public ReportSourceStatus Status => status
        ?? (options.Host is null ? new ReportSourceStatus.Off("Set Modules:source.imap:Host to the IMAP server.") : new ReportSourceStatus.Waiting("Not connected yet."));

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
                    await TroubleAsync($"No mail can be read from {options.Host}: {exception.Message}", stop);
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
        // Opened read-only, so that mails also keep the flag \Recent.
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
                    // Uses a new connection, because this one's state of the folders may be the cause. The reader schedules the retries of single mails.
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

    /// <param name="trouble">Problem with single mails while the others are taken; null without one.</param>
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

    [LoggerMessage(1161, LogLevel.Information, "Reading reports from the folder {Folder} on {Host}")]
    private partial void LogWorking(string folder, string host);

    [LoggerMessage(1162, LogLevel.Warning, "IMAP: {Problem}")]
    private partial void LogTrouble(string problem);

    [LoggerMessage(1165, LogLevel.Debug, "IMAP: the connection ended")]
    private partial void LogLost(Exception exception);

    [LoggerMessage(1166, LogLevel.Warning, "IMAP: {Host} closes each connection that waits for new mail (IDLE); for one hour the folder is polled every {Poll} instead")]
    private partial void LogNoIdle(string host, TimeSpan poll);
}
