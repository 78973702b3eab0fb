using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>The door all report sources knock at.</summary>
internal sealed partial class ReportInbox(IGrainFactory grains, TimeProvider clock, ILogger<ReportInbox> logger) : IReportInbox, IDisposable
{
    /// <summary>Look-ups of tokens at once: a flood of guesses costs no more storage reads than this.</summary>
    private const int TokenLookups = 32;

    /// <summary>Guesses remembered for <see cref="RememberGuess"/>.</summary>
    private const int MaxGuesses = 10_000;

    private static readonly TimeSpan RememberGuess = TimeSpan.FromSeconds(10);

    /// <summary>A source is told "not now" rather than kept waiting longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim lane = new(TokenLookups, TokenLookups);
    private readonly ConcurrentDictionary<string, long> guesses = new(StringComparer.Ordinal);

    public async Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (envelope.Raw.Length is 0 or > Envelope.MaxBytes)
            return new Receipt.Refused(envelope.Raw.Length == 0 ? "The report is empty." : $"A report has at most {Envelope.MaxBytes / 1024 / 1024} MiB.");
        try
        {
            return await Accept(envelope, cancellationToken).WaitAsync(Patience, clock, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogUnavailable(exception);
            return new Receipt.Unavailable("The report cannot be stored just now.");
        }
    }

    public void Dispose() => lane.Dispose();

    private async Task<Receipt> Accept(Envelope envelope, CancellationToken cancellationToken)
    {
        var (workspace, domain) = (envelope.Workspace, (string?)null);
        if (workspace is null)
        {
            if (envelope.Token is null || await Find(envelope.Token.ToLowerInvariant(), cancellationToken) is not { } address)
                return new Receipt.UnknownToken();
            (workspace, domain) = (address.WorkspaceId, address.Domain);
        }
        var id = EnvelopeId.Of(workspace, domain, envelope.Raw.Span);
        var isNew = await grains.Ingestion(id).Accept(new EnvelopeMessage
        {
            Source = envelope.Source,
            ReceivedAt = envelope.ReceivedAt,
            Raw = envelope.Raw.ToArray(),
            WorkspaceId = workspace,
            Domain = domain,
            Peer = envelope.Peer,
            FileName = envelope.FileName,
        });
        return new Receipt.Stored(id, isNew);
    }

    private async Task<ClaimAddress?> Find(string token, CancellationToken cancellationToken)
    {
        if (!ClaimTokenForm.Fits(token))
            return null;
        if (guesses.TryGetValue(token, out var at) && clock.GetElapsedTime(at) < RememberGuess)
            return null;
        await lane.WaitAsync(cancellationToken);
        try
        {
            var address = await grains.ClaimToken(token).Get();
            if (address is null)
            {
                if (guesses.Count >= MaxGuesses)
                    guesses.Clear();
                guesses[token] = clock.GetTimestamp();
            }
            return address;
        }
        finally
        {
            lane.Release();
        }
    }

    [LoggerMessage(1503, LogLevel.Warning, "A report could not be stored; its sender was told so")]
    private partial void LogUnavailable(Exception exception);
}
