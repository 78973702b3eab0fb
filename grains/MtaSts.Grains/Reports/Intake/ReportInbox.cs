using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>Entry point for all report sources.</summary>
internal sealed partial class ReportInbox(IGrainFactory grains, IOptions<NamingOptions> naming, IntakeGate gate, TimeProvider clock, ILogger<ReportInbox> logger, IKnownClaimTokens? known = null) : IReportInbox, IPromisedInbox, IDisposable
{
    /// <summary>Maximum wait of a source; then the envelope is refused temporarily.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Part of it: maximum time of the address lookup.</summary>
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(5);

    /// <summary>Part of it: maximum wait for a place.</summary>
    private static readonly TimeSpan PlacePatience = TimeSpan.FromSeconds(10);

    /// <summary>How long the sender of a large, already stored envelope waits for it to be counted.</summary>
    private static readonly TimeSpan FinishPatience = TimeSpan.FromSeconds(4);

    private readonly ClaimTokenLookup tokens = new(grains, clock, known);

    public string MailDomain => naming.Value.IntakeMailDomain;

    public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken) => AcceptAsync(envelope, isPromised: false, cancellationToken);

    public Task<Receipt> AcceptPromisedAsync(Envelope envelope, CancellationToken cancellationToken) => AcceptAsync(envelope, isPromised: true, cancellationToken);

    private async Task<Receipt> AcceptAsync(Envelope envelope, bool isPromised, CancellationToken cancellationToken)
    {
        if (envelope.Raw.Length is 0 or > Envelope.MaxBytes)
            return new Receipt.Refused(envelope.Raw.Length == 0 ? "The report is empty." : $"A report has at most {Envelope.MaxBytes / 1024 / 1024} MiB.");
        try
        {
            var began = clock.GetTimestamp();
            // Before taking a place: an envelope without a claim must not delay others.
            if (await Addressee(envelope, cancellationToken).WaitAsync(LookPatience, clock, cancellationToken) is not { } addressee)
                return new Receipt.UnknownToken();
            if (await gate.EnterAsync(envelope.Source, envelope.Raw.Length, PlacePatience, cancellationToken) is not { } place)
            {
                LogCrowded(envelope.Source);
                return new Receipt.Unavailable("Too many reports at once. Retry later.");
            }
            return await AcceptIn(place, envelope, addressee, isPromised).WaitAsync(Patience - clock.GetElapsedTime(began), clock, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogUnavailable(exception);
            return new Receipt.Unavailable("The report cannot be stored now. Retry later.");
        }
    }

    public async Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.FindAsync(token, cancellationToken).WaitAsync(Patience, clock, cancellationToken) is null ? TokenKnowledge.Unknown : TokenKnowledge.Known;
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested)
                LogUnknown(exception);
            return TokenKnowledge.Unavailable;
        }
    }

    public void Dispose() => tokens.Dispose();

    /// <summary>Releases the place when the work is done, which may be after the sender's wait.</summary>
    private async Task<Receipt> AcceptIn(IDisposable place, Envelope envelope, Addressed addressee, bool isPromised)
    {
        var isLarge = envelope.Raw.Length > IntakeGate.LargeFrom;
        try
        {
            if (await Accept(envelope, addressee, isPromised) is not { } stored)
                return new Receipt.Unavailable("The share of this report address is exhausted. Retry later.") { IsOverShare = true };
            if (isLarge)
            {
                var finished = Finish(stored.Id, place);
                place = NoPlace.Instance;
                // The source holds the bytes until the response: waiting delays the next large envelope.
                await finished.WaitAsync(FinishPatience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            return stored;
        }
        finally
        {
            place.Dispose();
        }
    }

    /// <summary>A large envelope keeps its place until it is counted, because its grain holds the bytes until then.</summary>
    private async Task Finish(string id, IDisposable place)
    {
        using (place)
        {
            try
            {
                await grains.Ingestion(id).Complete();
            }
            catch (Exception exception)
            {
                LogUnfinished(exception, id); // The grain retries automatically.
            }
        }
    }

    /// <summary>The addressee; null when no claim has its token.</summary>
    private async Task<Addressed?> Addressee(Envelope envelope, CancellationToken cancellationToken) =>
        envelope.Workspace is { } workspace ? new Addressed(workspace, null, null)
        : envelope.Token is { } token && await tokens.FindAsync(token, cancellationToken) is { } address ? new Addressed(address.WorkspaceId, address.Domain, token) : null;

    /// <summary>Null when its report address has no room now.</summary>
    private async Task<Receipt.Stored?> Accept(Envelope envelope, Addressed addressee, bool isPromised)
    {
        var id = EnvelopeId.Of(addressee.WorkspaceId, addressee.Domain, envelope.Raw.Span);
        var message = new EnvelopeMessage
        {
            Source = envelope.Source,
            ReceivedAt = envelope.ReceivedAt,
            Raw = MemoryMarshal.TryGetArray(envelope.Raw, out var whole) && whole.Count == whole.Array!.Length ? whole.Array : envelope.Raw.ToArray(),
            WorkspaceId = addressee.WorkspaceId,
            Domain = addressee.Domain,
            Peer = envelope.Peer,
            FileName = envelope.FileName,
            Token = addressee.Token,
            IsPromised = isPromised,
        };
        // An uploader waits for the final result, which the envelope's own grain returns.
        var outcome = addressee.Domain is null || message.Raw.Length > IReportIntakeGrain.MaxBytes
            ? await grains.Ingestion(id).Accept(message)
            : await grains.ReportIntake().Accept(id, message);
        return outcome == AcceptOutcome.Later ? null : new Receipt.Stored(id, outcome == AcceptOutcome.New);
    }

    private sealed record Addressed(string WorkspaceId, string? Domain, string? Token);

    private sealed class NoPlace : IDisposable
    {
        public static readonly NoPlace Instance = new();

        public void Dispose()
        {
        }
    }

    [LoggerMessage(1505, LogLevel.Warning, "Report from {Source} refused temporarily (too many reports at once); the sender was asked to retry")]
    private partial void LogCrowded(string source);

    [LoggerMessage(1506, LogLevel.Warning, "Large envelope {EnvelopeId} stored but not counted; its grain retries")]
    private partial void LogUnfinished(Exception exception, string envelopeId);

    [LoggerMessage(1503, LogLevel.Warning, "Report not stored (storage unavailable); the sender was asked to retry")]
    private partial void LogUnavailable(Exception exception);

    [LoggerMessage(1504, LogLevel.Warning, "Report address not looked up (storage unavailable); the sender was asked to retry")]
    private partial void LogUnknown(Exception exception);
}
