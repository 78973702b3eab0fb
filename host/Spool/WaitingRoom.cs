using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Gateway;
using MtaSts.Host.Gateway.Tls;
using MtaSts.Host.Storage;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Spool;

/// <summary>
/// The senders' listener while the store is not there yet at the start. Reports go to the spool, as in an outage under a running service: their senders
/// would not come again, and tokens of no claim are sorted out when it is drained. Policies are put off: 404 would tell that there is none. It closes
/// when the gateway is about to open.
/// </summary>
internal sealed partial class WaitingRoom(
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
    /// <summary>A store that is there has answered by then, and the room stays shut.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long a sender that is in the room may hold up the start.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    /// <summary>How often the operator's log says that the start waits.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(5);

    private readonly ILogger logger = logging.CreateLogger<WaitingRoom>();
    private PolicyCache? cache;
    private GatewayServer? server;

    /// <summary>Returns when the store is there. Without a spool there is no room: the store's own start waits, and gives up.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var there = store.UntilThereAsync(end.Token);
        if (!await IsWithinAsync(there, Patience, cancellationToken))
        {
            await spool.OpenAsync(cancellationToken);
            if (spool.Log is null)
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

    [LoggerMessage(1941, LogLevel.Warning, "{Store} does not answer. The start waits for it; reports that come meanwhile are kept in {Path} and counted later")]
    private partial void LogWaiting(string store, string path);

    /// <summary>Storage, and a process above it, that give no other answer than "not yet".</summary>
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

/// <summary>Closes the room for the gateway that follows.</summary>
internal sealed class WaitingRoomEnd(WaitingRoom room) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => room.CloseAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
