using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Listening;

namespace MtaSts.Modules.Caddy.Ask;

/// <summary>
/// The listener for Caddy's ask requests, a separate server: neither the public gateway nor the dashboard answers them. Invalid settings stop the
/// start with an error message.
/// </summary>
internal sealed partial class AskServer(AskHandler handler, IConfiguration configuration, IOptions<CaddyOptions> options, TimeProvider clock, ILoggerFactory logging, ILogger<AskServer> logger)
    : IHostedService, IAsyncDisposable
{
    /// <summary>Caddy asks once for each handshake with a name it has no certificate for. When there are too many connections, idle ones are closed.</summary>
    private const int MaxConnections = 256;
    private const int MaxHeaderBytes = 8 * 1024;
    private const int SixteenthsOfDescriptors = 1;
    private static readonly IPNetwork[] Everybody = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")]; // Caddy is the only client.
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);
    private WebApplication? server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!CaddyModule.IsChosen(configuration))
            return;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logging);
        var limits = ConnectionLimits.WithinDescriptors("caddy", SixteenthsOfDescriptors, MaxConnections, MaxConnections) with { Uncounted = Everybody };
        builder.Services.AddConnectionTable(_ => new ConnectionTable(limits, clock, logger));
        builder.WebHost.UseSockets().UseKestrelCore().ConfigureKestrel(Configure);
        server = builder.Build();
        server.UseConnectionTable();
        server.Run(handler.HandleAsync);
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            throw new InvalidOperationException($"Caddy:AskUrl: {exception.Message} Set it to an address and port that this process may use.", exception);
        }
        LogListening(options.Value.AskUrl);
    }

    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = IdleTimeout;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = HeaderTimeout;
        var ask = new Uri(options.Value.AskUrl);
        var address = IPAddress.TryParse(ask.Host.Trim('[', ']'), out var literal) ? literal : ask.IsLoopback ? null : IPAddress.IPv6Any; // A name, such as a container's, means all addresses.
        kestrel.Listen(new ListenUrl(IsHttps: false, address, ask.Port), static listen => listen.UseConnectionTable());
    }

    [LoggerMessage(1131, LogLevel.Information, "Listening at {Url} for requests from Caddy about which names may have a certificate")]
    private partial void LogListening(string url);
}
