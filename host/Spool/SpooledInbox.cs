using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Storage;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Spool;

/// <summary>
/// The inbox with a disk beneath it. Storage is asked first, for a bounded time; where it does not answer the envelope goes to the spool,
/// and while it is known to be down at once. Should the late write have arrived after all, the spooled copy has the same id and changes
/// nothing.
/// </summary>
internal sealed partial class SpooledInbox(
    IReportInbox storage,
    ReportSpool spool,
    StorageWatch watch,
    IStorageHealth health,
    KnownTokens known,
    SpoolMetrics metrics,
    IOptions<SpoolOptions> options,
    TimeProvider clock,
    ILogger<SpooledInbox> logger) : IReportInbox
{
    private const string Https = "source.https";

    /// <summary>Envelopes above this are not spooled for being slow to store, nor for being one too many. 1 MiB, as in the silo's intake.</summary>
    private const int LargeFrom = 1024 * 1024;

    private readonly IReadOnlySet<string> sources = options.Value.SourceIds;

    public string MailDomain => storage.MailDomain;

    public async Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (!IsSpooled(envelope))
            return await storage.AcceptAsync(envelope, cancellationToken);
        if (watch.IsDown)
            return await KeepAsync(envelope);
        var accept = storage.AcceptAsync(envelope, cancellationToken);
        var isLarge = envelope.Raw.Length > LargeFrom;
        // A large one is far above any real report. It waits for its turn among others of its kind, which says nothing about storage, and the spool would hold it in memory once more.
        var receipt = isLarge ? await accept : await InTime(accept, new Receipt.Unavailable("Storage did not answer in time."), cancellationToken);
        if (receipt is Receipt.Unavailable { IsOverShare: true })
            return receipt; // Storage has answered.
        if (receipt is not Receipt.Unavailable)
        {
            Learn(envelope.Token!, receipt);
            return receipt;
        }
        if (isLarge && !watch.IsDown && await InTime(health.CheckAsync(cancellationToken), new StorageProblem("Storage did not answer in time."), cancellationToken) is null)
            return receipt;
        if (watch.Fell())
            LogDown(spool.Now.Path!);
        return await KeepAsync(envelope);
    }

    /// <summary>
    /// As storage says. While it does not answer, a token that had a report lately is still known, where the operator chose the spool for sources that ask:
    /// they could not hand over what they may not take.
    /// </summary>
    public async Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken)
    {
        var isSpooled = spool.Log is not null && sources.Any(source => source != Https) && ClaimTokenForm.Fits(token) && known.Contains(token.ToLowerInvariant());
        if (!isSpooled)
            return await storage.KnowsAsync(token, cancellationToken);
        if (watch.IsDown)
            return TokenKnowledge.Known;
        var knowledge = await InTime(storage.KnowsAsync(token, cancellationToken), TokenKnowledge.Unavailable, cancellationToken);
        return knowledge == TokenKnowledge.Unavailable && !cancellationToken.IsCancellationRequested ? TokenKnowledge.Known : knowledge;
    }

    /// <summary>Into storage and nowhere else: how the drain delivers.</summary>
    public async Task<Receipt> DeliverAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        var receipt = await (storage is IPromisedInbox inbox ? inbox.AcceptPromisedAsync(envelope, cancellationToken) : storage.AcceptAsync(envelope, cancellationToken));
        if (envelope.Token is { } token)
            Learn(token, receipt);
        return receipt;
    }

    /// <summary>What cannot be a token or a report is refused without storage: nothing to keep.</summary>
    private bool IsSpooled(Envelope envelope) =>
        spool.Log is not null && sources.Contains(envelope.Source) && envelope.Workspace is null
        && envelope.Token is { } token && ClaimTokenForm.Fits(token) && envelope.Raw.Length is > 0 and <= Envelope.MaxBytes;

    private async Task<TAnswer> InTime<TAnswer>(Task<TAnswer> answer, TAnswer late, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(options.Value.Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return late;
        }
    }

    private async Task<Receipt> KeepAsync(Envelope envelope)
    {
        var token = envelope.Token!.ToLowerInvariant();
        switch (await spool.Log!.AppendAsync(envelope with { Token = token }, known.Contains(token)))
        {
            case Spooled.Kept:
                metrics.Kept();
                watch.Tell();
                return new Receipt.Stored("");
            case Spooled.Full full:
                metrics.Refused(full.Why);
                LogFull(full.Why);
                return new Receipt.Unavailable("Storage does not answer, and the spool takes no more.");
            case Spooled.Failed failed:
                metrics.Refused("failed");
                if (DiskFull.Is(failed.Cause))
                    LogDiskFull(spool.Now.Path!);
                else
                    LogFailed(failed.Cause, spool.Now.Path!);
                return new Receipt.Unavailable("Storage does not answer, and the spool cannot be written.");
            default:
                throw new InvalidOperationException("The spool gave an answer that nobody knows.");
        }
    }

    private void Learn(string token, Receipt receipt)
    {
        if (receipt is Receipt.Stored)
            known.Add(token.ToLowerInvariant());
        else if (receipt is Receipt.UnknownToken)
            known.Remove(token.ToLowerInvariant());
    }

    [LoggerMessage(1911, LogLevel.Warning, "Storage does not answer: reports whose senders would not come again are kept in {Path} and counted later")]
    private partial void LogDown(string path);

    [LoggerMessage(1912, LogLevel.Warning, "A report was refused while storage does not answer: no room in the spool ({Why})")]
    private partial void LogFull(string why);

    [LoggerMessage(1914, LogLevel.Error, "A report was refused: storage does not accept it, and the disk of {Path} is full. Free space on that disk")]
    private partial void LogDiskFull(string path);

    [LoggerMessage(1913, LogLevel.Error, "A report was refused while storage does not answer: {Path} cannot be written")]
    private partial void LogFailed(Exception exception, string path);
}
