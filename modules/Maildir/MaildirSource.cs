using Microsoft.Extensions.Logging;
using MtaSts.Modules.Mailboxes;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Maildir;

/// <summary>Reads reports from a Maildir, one at a time. A mail leaves it only after it is stored, or permanently refused.</summary>
internal sealed partial class MaildirSource(MaildirOptions options, IReportInbox inbox, TimeProvider clock, ILogger<MaildirSource> logger) : IReportSource
{
    public const string SourceId = "source.maildir";

    /// <summary>After a pass that found no Maildir or no inbox; doubled each time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private readonly StuckMails<string> stuck = new(clock);
    private volatile ReportSourceStatus? status;

    public string Id => SourceId;

    public ReportSourceStatus Status => status
        ?? (options.Path is null ? new ReportSourceStatus.Off("Set Modules:source.maildir:Path to the Maildir.") : new ReportSourceStatus.Waiting("Not read yet."));

    private string Root => options.Path!;

    public async Task RunAsync(CancellationToken stop)
    {
        var pause = FirstPause;
        try
        {
            while (true)
            {
                var pass = await PassAsync(stop);
                Tell(pass.Outage ?? stuck.Problem);
                if (pass is { Outage: null, IsFull: true })
                    continue;
                var wait = pass.Outage is null ? options.Poll : pause;
                pause = pass.Outage is null ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
                await Task.Delay(wait, clock, stop);
            }
        }
        finally
        {
            status = null;
        }
    }

    /// <summary>Processes the mails of each folder, up to the limit. A mail with a problem stays in place, and the pass continues with the others.</summary>
    private async Task<Pass> PassAsync(CancellationToken stop)
    {
        var pass = new Pass();
        try
        {
            if (!Directory.Exists(Path.Combine(Root, "new")))
                return pass with { Outage = $"There is no Maildir in {Root} that this process can see: it has no folder “new”. Set Modules:source.maildir:Path, or deliver a first mail there." };
            var folders = options.TokenFrom == TokenPlace.Folder
                ? MaildirFolder.Tokens(Root).Where(folder => folder.Folder != Full(options.MoveTo) && folder.Folder != Full(options.Unclaimed)).Select(folder => (folder.Folder, (string?)folder.Token))
                : [(Root, null)];
            foreach (var (folder, token) in folders)
            {
                pass = await FolderAsync(folder, token, pass, stop);
                if (pass.Outage is not null)
                    break;
            }
            stuck.Keep(File.Exists);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            pass = pass with { Outage = $"The Maildir {Root} cannot be read: {exception.Message}" };
        }
        return pass;
    }

    private async Task<Pass> FolderAsync(string folder, string? token, Pass pass, CancellationToken stop)
    {
        var taken = 0;
        foreach (var file in MaildirFolder.Mails(folder).Where(file => !stuck.IsResting(file.FullName)))
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                var receipt = await TakeAsync(file, token, stop);
                if (receipt is Receipt.Unavailable { IsOverShare: true } later)
                {
                    stuck.Suspect(file.FullName);
                    stuck.Failed(file.FullName, $"{file.Name} in {folder} stays there and is retried: {later.Reason}");
                    continue;
                }
                stuck.Forget(file.FullName);
                switch (receipt)
                {
                    case Receipt.Unavailable unavailable:
                        return pass with { Outage = $"The inbox does not accept reports: {unavailable.Reason}" };
                    case not null when ++taken == options.MaxFilesPerPass:
                        return pass with { IsFull = true };
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                LogMail(exception, file.Name);
                stuck.Suspect(file.FullName);
                stuck.Failed(file.FullName, $"{file.Name} in {folder} stays there: {exception.Message} This process must be able to read and move all files in new and cur.");
            }
        }
        return pass;
    }

    /// <summary>Null: the file no longer exists. Unavailable: it stays.</summary>
    private async Task<Receipt?> TakeAsync(FileInfo file, string? token, CancellationToken stop)
    {
        byte[]? mail;
        try
        {
            mail = await MaildirFolder.ReadAsync(file, stop);
        }
        catch (FileNotFoundException) when (!File.Exists(file.FullName))
        {
            return null;
        }
        var receipt = mail is null ? new Receipt.Refused($"It is larger than {Envelope.MaxBytes} bytes.") : await DeliverAsync(file, mail, token, stop);
        if (receipt is Receipt.Unavailable)
            return receipt;
        if (receipt is not Receipt.Stored)
        {
            LogUnclaimed(file.Name, receipt is Receipt.Refused refused ? refused.Reason : "no claim has the token it is addressed to");
            return MaildirFolder.TryMove(file, Full(options.Unclaimed)) ? receipt : null;
        }
        if (options.AfterReading == AfterReading.Move)
            return MaildirFolder.TryMove(file, Full(options.MoveTo)) ? receipt : null;
        file.Delete();
        return receipt;
    }

    private Task<Receipt> DeliverAsync(FileInfo file, byte[] mail, string? token, CancellationToken stop)
    {
        var delimiter = options.TokenFrom == TokenPlace.Extension ? options.Delimiter : (char?)null;
        var arrived = MailDelivery.Arrived(file.LastWriteTimeUtc, clock.GetUtcNow());
        return inbox.DeliverAsync(new Envelope(SourceId, arrived, mail, null, null), token is null ? MailTokens.Of(mail, inbox.MailDomain, delimiter) : [[token]], stop);
    }

    private void Tell(string? problem)
    {
        if (problem is not null && (status as ReportSourceStatus.Troubled)?.Problem != problem)
            LogTrouble(problem);
        else if (problem is null && status is not ReportSourceStatus.Working)
            LogWorking(Root);
        status = problem is null ? new ReportSourceStatus.Working($"Maildir {Root}") : new ReportSourceStatus.Troubled(problem);
    }

    private string Full(string folder) => Path.Combine(Root, folder);

    private sealed record Pass(string? Outage = null, bool IsFull = false);

    [LoggerMessage(1151, LogLevel.Information, "Reading reports from the Maildir {Folder}")]
    private partial void LogWorking(string folder);

    [LoggerMessage(1152, LogLevel.Warning, "Maildir: {Problem}")]
    private partial void LogTrouble(string problem);

    [LoggerMessage(1153, LogLevel.Warning, "Maildir: {File} is moved to the folder for unclaimed mail: {Reason}")]
    private partial void LogUnclaimed(string file, string reason);

    [LoggerMessage(1154, LogLevel.Error, "Maildir: {File} was not delivered to the inbox; the file stays in place and is retried")]
    private partial void LogMail(Exception exception, string file);
}
