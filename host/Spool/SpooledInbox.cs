using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Reports;
using MtaSts.Storage;

namespace MtaSts.Host.Spool;

/// <summary>
/// The inbox with the spool as fallback. If storage does not answer in time, the envelope is spooled; while storage is known to be unavailable, it is spooled at
/// once. If the late write succeeds after all, the spooled copy has the same id and changes nothing.
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

    /// <summary>A larger envelope is spooled only if storage is unavailable, not if it is only slow or the intake is full. 1 MiB, as in the silo's intake.</summary>
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
        // A large envelope is far larger than any real report. It may wait for other large ones, which does not indicate a storage problem, and to
        // spool it would need a second copy in memory.
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
    /// Storage's answer. While it is unavailable, a token with a recent report counts as known if the asking source is spooled: otherwise the source
    /// could not accept the report.
    /// </summary>
    public async Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken)
    {
        var isSpooled = spool.Queue is not null && sources.Any(source => source != Https) && ClaimTokenForm.Fits(token) && known.Contains(token.ToLowerInvariant());
        if (!isSpooled)
            return await storage.KnowsAsync(token, cancellationToken);
        if (watch.IsDown)
            return TokenKnowledge.Known;
        var knowledge = await InTime(storage.KnowsAsync(token, cancellationToken), TokenKnowledge.Unavailable, cancellationToken);
        return knowledge == TokenKnowledge.Unavailable && !cancellationToken.IsCancellationRequested ? TokenKnowledge.Known : knowledge;
    }

    /// <summary>Delivers to storage without the spool, for the drain.</summary>
    public async Task<Receipt> DeliverAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        var receipt = await (storage is IPromisedInbox inbox ? inbox.AcceptPromisedAsync(envelope, cancellationToken) : storage.AcceptAsync(envelope, cancellationToken));
        if (envelope.Token is { } token)
            Learn(token, receipt);
        return receipt;
    }

    /// <summary>An invalid token or report is refused without storage and not spooled.</summary>
    private bool IsSpooled(Envelope envelope) =>
        spool.Queue is not null && sources.Contains(envelope.Source) && envelope.Workspace is null
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
        var raw = MemoryMarshal.TryGetArray(envelope.Raw, out var whole) && whole.Count == whole.Array!.Length ? whole.Array : envelope.Raw.ToArray();
        var received = envelope.ReceivedAt.ToString("O", CultureInfo.InvariantCulture);
        switch (await spool.Queue!.AppendAsync(new QueuedReport(envelope.Source, received, token, known.Contains(token), envelope.Peer, envelope.FileName, raw)))
        {
            case AppendResult.Stored:
                metrics.Kept();
                watch.Tell();
                return new Receipt.Stored("");
            case AppendResult.Full full:
                metrics.Refused(full.Why);
                LogFull(full.Why);
                return new Receipt.Unavailable("Storage does not respond, and the spool is full.");
            case AppendResult.Failed failed:
                metrics.Refused("failed");
                if (DiskFull.Is(failed.Cause))
                    LogDiskFull(spool.Now.Path!);
                else
                    LogFailed(failed.Cause, spool.Now.Path!);
                return new Receipt.Unavailable("Storage does not answer, and the spool cannot be written.");
            default:
                throw new InvalidOperationException("Unknown result of an append.");
        }
    }

    private void Learn(string token, Receipt receipt)
    {
        if (receipt is Receipt.Stored)
            known.Add(token.ToLowerInvariant());
        else if (receipt is Receipt.UnknownToken)
            known.Remove(token.ToLowerInvariant());
    }

    [LoggerMessage(1911, LogLevel.Warning, "Storage does not respond. Reports whose senders do not retry are queued in {Path} and counted when it responds")]
    private partial void LogDown(string path);

    [LoggerMessage(1912, LogLevel.Warning, "A report was refused: storage does not respond, and the spool is full ({Why}). The sender was asked to retry")]
    private partial void LogFull(string why);

    [LoggerMessage(1914, LogLevel.Error, "A report was refused: storage does not accept it, and the disk of {Path} is full. Free space on that disk")]
    private partial void LogDiskFull(string path);

    [LoggerMessage(1913, LogLevel.Error, "A report was refused while storage does not answer: {Path} cannot be written")]
    private partial void LogFailed(Exception exception, string path);
}
