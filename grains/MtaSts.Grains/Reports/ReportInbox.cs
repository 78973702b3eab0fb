using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>The door all report sources knock at.</summary>
internal sealed partial class ReportInbox(IGrainFactory grains, IOptions<NamingOptions> naming, TimeProvider clock, ILogger<ReportInbox> logger) : IReportInbox, IDisposable
{
    /// <summary>A source is told "not now" rather than kept waiting longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TokenBook tokens = new(grains, clock);

    public string MailDomain => naming.Value.IntakeMailDomain;

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

    private async Task<Receipt> Accept(Envelope envelope, CancellationToken cancellationToken)
    {
        var (workspace, domain) = (envelope.Workspace, (string?)null);
        if (workspace is null)
        {
            if (envelope.Token is null || await tokens.FindAsync(envelope.Token, cancellationToken) is not { } address)
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
            Token = workspace == envelope.Workspace ? null : envelope.Token,
        });
        return new Receipt.Stored(id, isNew);
    }

    [LoggerMessage(1503, LogLevel.Warning, "A report could not be stored; its sender was told so")]
    private partial void LogUnavailable(Exception exception);

    [LoggerMessage(1504, LogLevel.Warning, "Whether a report address exists cannot be told; whoever asked was put off")]
    private partial void LogUnknown(Exception exception);
}
