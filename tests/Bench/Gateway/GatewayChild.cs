using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Host.Gateway;
using MtaSts.Host.Storage;
using MtaSts.Modules.Reports;

namespace MtaSts.Bench.Gateway;

/// <summary>The gateway in a process of its own: the host's own listener, handler and cache, with the policy in memory behind the cache.</summary>
internal static class GatewayChild
{
    public static async Task<int> RunAsync(string url, string[] certificate)
    {
        var options = Options.Create(new GatewayOptions { Url = url, CertificatePath = certificate.FirstOrDefault(), CertificateKeyPath = certificate.LastOrDefault() });
        using var logging = LoggerFactory.Create(builder => builder.AddConsole().SetMinimumLevel(LogLevel.Warning));
        using var cache = new PolicyCache(new BenchPolicy(), options, TimeProvider.System, logging.CreateLogger<PolicyCache>());
        using var lifetime = new ProcessLifetime();
        var handler = new GatewayHandler(cache, new ReportIntake(new NoInbox(), TimeProvider.System), new Readiness(new NoStorage(), lifetime), options);
        await using var server = new GatewayServer(handler, cache, options, TimeProvider.System, logging);
        await server.StartAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite, lifetime.ApplicationStopping).ContinueWith(_ => { }, TaskScheduler.Default);
        return 0;
    }

    private sealed class NoInbox : IReportInbox
    {
        public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken) => Task.FromResult<Receipt>(new Receipt.UnknownToken());
    }

    private sealed class NoStorage : IStorageHealth
    {
        public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }

    private sealed class ProcessLifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource stopping = new();

        public CancellationToken ApplicationStarted { get; } = new(canceled: true);

        public CancellationToken ApplicationStopping => stopping.Token;

        public CancellationToken ApplicationStopped => stopping.Token;

        public void StopApplication() => stopping.Cancel();

        public void Dispose() => stopping.Dispose();
    }
}
