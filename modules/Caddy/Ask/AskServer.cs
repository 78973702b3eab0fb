using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Caddy.Ask;

/// <summary>
/// The listener for Caddy's question, a server of its own: neither the gateway, which the world reaches, nor the dashboard answers it. Settings that cannot
/// work stop the start with their message.
/// </summary>
internal sealed partial class AskServer(AskHandler handler, IConfiguration configuration, IOptions<CaddyOptions> options, ILoggerFactory logging, ILogger<AskServer> logger)
    : IHostedService, IAsyncDisposable
{
    /// <summary>Caddy asks once for each handshake with a name it has no certificate for; one more than this waits in the system's queue.</summary>
    private const int MaxConnections = 256;
    private const int MaxHeaderBytes = 8 * 1024;
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(5);
    private WebApplication? server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!CaddyModule.IsChosen(configuration))
            return;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        server = builder.Build();
        server.Run(handler.HandleAsync);
        await server.StartAsync(cancellationToken);
        LogListening(options.Value.AskUrl);
    }

    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = HeaderTimeout;
        var url = new Uri(options.Value.AskUrl);
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
            kestrel.Listen(address, url.Port);
        else if (url.IsLoopback)
            kestrel.ListenLocalhost(url.Port);
        else
            kestrel.ListenAnyIP(url.Port);
    }

    [LoggerMessage(1131, LogLevel.Information, "Caddy asks at {Url} which names may have a certificate")]
    private partial void LogListening(string url);
}
