using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Gateway;
using MtaSts.Host.Gateway.Tls;
using MtaSts.Modules.Reports;
using MtaSts.Storage;

namespace MtaSts.Host.Spool;

/// <summary>
/// The senders' listener while the store is unavailable at the start. Reports are spooled, as in an outage of a running service, because their senders do not
/// retry; the drain later drops those whose token belongs to no claim. Policy requests get 503, because 404 would mean that there is no policy. The listener
/// closes just before the gateway opens.
/// </summary>
internal sealed partial class StandInGateway(
    Store store,
    ReportSpool spool,
    StorageWatch watch,
    KnownTokens known,
    SpoolMetrics metrics,
    IOptions<SpoolOptions> options,
    IOptions<GatewayOptions> gatewayOptions,
    GatewayTls tls,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILoggerFactory logging) : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>If the store answers within this time, the stand-in does not listen.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long open requests may delay the start.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    /// <summary>How often it is logged that the start waits.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(5);

    private readonly ILogger logger = logging.CreateLogger<StandInGateway>();
    private PolicyCache? cache;
    private GatewayServer? server;

    /// <summary>Returns when the store is available. Without a spool there is no stand-in: the store's own start waits until its limit.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var there = store.UntilThereAsync(end.Token);
        if (!await IsWithinAsync(there, Patience, cancellationToken))
        {
            await spool.OpenAsync(cancellationToken);
            if (spool.Queue is null)
            {
                await end.CancelAsync();
                return;
            }
            await OpenAsync(cancellationToken);
            do
                LogWaiting(store.Description, spool.Now.Path!);
            while (!await IsWithinAsync(there, SayEvery, cancellationToken));
        }
        await there;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task CloseAsync()
    {
        if (server is null)
            return;
        using var limit = new CancellationTokenSource(CloseLimit, clock);
        await server.StopAsync(limit.Token);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        cache?.Dispose();
        (server, cache) = (null, null);
    }

    private async Task<bool> IsWithinAsync(Task there, TimeSpan time, CancellationToken cancellationToken) =>
        await Task.WhenAny(there, Task.Delay(time, clock, cancellationToken)) == there || cancellationToken.IsCancellationRequested;

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        watch.Fell();
        var away = new Away(lifetime);
        var inbox = new SpooledInbox(away, spool, watch, away, known, metrics, options, clock, logging.CreateLogger<SpooledInbox>());
        cache = new PolicyCache(away, gatewayOptions, clock, NullLogger<PolicyCache>.Instance);
        var handler = new GatewayHandler(cache, new ReportIntake(inbox, gatewayOptions, clock), new Readiness(away, spool, away), new ReachProof(), gatewayOptions);
        server = new GatewayServer(handler, cache, gatewayOptions, tls, clock, logging);
        await server.StartAsync(cancellationToken);
    }

    [LoggerMessage(1941, LogLevel.Warning, "{Store} does not respond. The start waits for it; reports are queued in {Path} and counted later")]
    private partial void LogWaiting(string store, string path);

    /// <summary>Storage and policy source that always answer "unavailable".</summary>
    private sealed class Away(IHostApplicationLifetime lifetime) : IPolicySource, IReportInbox, IStorageHealth, IHostApplicationLifetime
    {
        private const string NotYet = "not ready: storage does not answer, and the start waits for it.";

        public string MailDomain => throw new StoreException(NotYet);

        public CancellationToken ApplicationStarted { get; } = new(canceled: true);

        public CancellationToken ApplicationStopping => lifetime.ApplicationStopping;

        public CancellationToken ApplicationStopped => lifetime.ApplicationStopped;

        public ValueTask<ServedPolicy?> GetAsync(string domain) => ValueTask.FromException<ServedPolicy?>(new StoreException(NotYet));

        public bool IsHosted(string domain) => false;
        public IEnumerable<string> HostedDomains() => [];

        public Task ServedWhileCutOffAsync(string domain, int number, DateTimeOffset until) => Task.CompletedTask;

        public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken) =>
            Task.FromResult<Receipt>(ClaimTokenForm.Fits(envelope.Token ?? "") ? new Receipt.Unavailable(NotYet) : new Receipt.UnknownToken());

        public Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken) => Task.FromResult(TokenKnowledge.Unavailable);

        public Task<StorageProblem?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<StorageProblem?>(new StorageProblem(NotYet));

        public void StopApplication() => lifetime.StopApplication();
    }
}

/// <summary>Closes the stand-in before the gateway starts.</summary>
internal sealed class StandInGatewayEnd(StandInGateway gateway) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => gateway.CloseAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
