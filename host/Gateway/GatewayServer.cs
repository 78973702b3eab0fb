using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using MtaSts.Host.Gateway.Tls;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Gateway;

/// <summary>
/// The senders' listener: a separate server that contains only the handler, so that it exposes no page or API of the dashboard and runs no middleware before the policy.
/// </summary>
internal sealed class GatewayServer(GatewayHandler handler, PolicyCache cache, IOptions<GatewayOptions> options, GatewayTls tls, TimeProvider clock, ILoggerFactory logging) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long the listener waits for the policies of hosted domains to be in memory; the others are loaded while it listens.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MinBytesPerSecond = 240;

    /// <summary>How long a connection may be idle, before its first request and between two.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of a request's body that are buffered ahead of the handler; Kestrel's default is 1 MiB. Bounds: many connections that send faster than the handler reads.</summary>
    private const int ReadAheadBytes = 64 * 1024;
    private readonly CancellationTokenSource stopping = new();
    private WebApplication? server;
    private ITimer? sweep;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logging);
        builder.Services.AddConnectionTable(_ => new ConnectionTable(options.Value.Connections(), clock, logging.CreateLogger<GatewayServer>()));
        builder.WebHost.UseSockets().UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Configure);
        server = builder.Build();
        server.UseConnectionTable();
        server.Run(handler.HandleAsync);
        await Task.WhenAny(cache.WarmAsync(stopping.Token), Task.Delay(WarmUp, clock, cancellationToken));
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            throw new InvalidOperationException($"Gateway:Url: {exception.Message} Set it to an address and port that this process may use.", exception);
        }
        sweep = clock.CreateTimer(_ => cache.Sweep(), null, SweepEvery, SweepEvery);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        if (server is not null)
            await server.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (sweep is not null)
            await sweep.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
        stopping.Dispose();
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Envelope.MaxBytes + 1L; // One more than allowed, so that the handler can report the limit.
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestBufferSize = ReadAheadBytes;
        kestrel.Limits.RequestHeadersTimeout = HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = IdleTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(MinBytesPerSecond, TimeSpan.FromSeconds(5));
        if (!ListenUrl.TryParse(options.Value.Url, out var urls, out var problem))
            throw new InvalidOperationException("Gateway:Url: " + problem);
        foreach (var url in urls)
        {
            kestrel.Listen(url, listen =>
            {
                listen.UseConnectionTable();
                if (url.IsHttps)
                    tls.Use(listen);
            });
        }
    }
}
