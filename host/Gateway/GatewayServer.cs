using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Gateway;

/// <summary>
/// The senders' listener: a server of its own with nothing in it but the handler, so that no page or API of the dashboard's
/// listener can be reached here, and no middleware stands between a sender and the policy.
/// </summary>
internal sealed class GatewayServer(GatewayHandler handler, PolicyCache cache, IOptions<GatewayOptions> options, TimeProvider clock, ILoggerFactory logging) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(15);
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MinBytesPerSecond = 240;

    /// <summary>Of one request's body read ahead of the handler; the default is 1 MiB. Bounds: many connections that send faster than is taken.</summary>
    private const int ReadAheadBytes = 64 * 1024;
    private WebApplication? server;
    private ITimer? sweep;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logging);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Configure);
        server = builder.Build();
        server.Run(handler.HandleAsync);
        await server.StartAsync(cancellationToken);
        sweep = clock.CreateTimer(_ => cache.Sweep(), null, SweepEvery, SweepEvery);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is not null)
            await server.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (sweep is not null)
            await sweep.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Envelope.MaxBytes + 1L; // One more than allowed, so that the handler can say what the limit is.
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestBufferSize = ReadAheadBytes;
        kestrel.Limits.RequestHeadersTimeout = HeaderTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(MinBytesPerSecond, TimeSpan.FromSeconds(5));
        var url = BindingAddress.Parse(options.Value.Url);
        Action<ListenOptions> listen = url.Scheme == Uri.UriSchemeHttps ? UseTls : static _ => { };
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
            kestrel.Listen(address, url.Port, listen);
        else if (string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase))
            kestrel.ListenLocalhost(url.Port, listen);
        else
            kestrel.ListenAnyIP(url.Port, listen);
    }

    private void UseTls(ListenOptions listen)
    {
        if (options.Value is not { CertificatePath: { } path, CertificateKeyPath: { } keyPath })
            throw new InvalidOperationException("Gateway:Url is https: set Gateway:CertificatePath and Gateway:CertificateKeyPath to PEM files.");
        using var pem = X509Certificate2.CreateFromPemFile(path, keyPath);
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        var context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(new Microsoft.AspNetCore.Server.Kestrel.Https.TlsHandshakeCallbackOptions
        {
            // RFC 8461 §7.1: a name the certificate does not cover gets no certificate at all.
            OnConnection = connection => certificate.MatchesHostname(connection.ClientHelloInfo.ServerName, allowWildcards: true, allowCommonName: false)
                ? ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = context,
                    EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13,
                })
                : throw new System.Security.Authentication.AuthenticationException("No certificate for this name."),
        });
    }
}
