using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>
/// Cloudflare between a sender and the gateway: terminates TLS for custom hostnames whose certificate is active, and fetches from the fallback origin over TLS with
/// the custom hostname as SNI and as Host, on request with a client certificate. Faults on that side are answered with Cloudflare's 52x errors.
/// </summary>
public sealed class CloudflareEdge : IAsyncDisposable
{
    private const string Challenge = "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title></head><body></body></html>";
    private static readonly TimeSpan OriginPatience = TimeSpan.FromSeconds(15);
    private static readonly string[] NotForwarded = ["Connection", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade", "Content-Length"];

    private readonly CloudflareSimulator simulator;
    private readonly EdgeOptions options;
    private readonly ConcurrentDictionary<string, X509Certificate2> certificates = new(StringComparer.OrdinalIgnoreCase);
    private readonly WebApplication app;
    private HttpClient origin;
    private long rays;

    private CloudflareEdge(CloudflareSimulator simulator, EdgeOptions options)
    {
        (this.simulator, this.options, origin) = (simulator, options, Origin(options));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Listen, listen => listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = ChooseAsync })));
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Run(HandleAsync);
    }

    /// <summary>Where visitors connect.</summary>
    public IPEndPoint EndPoint
    {
        get
        {
            var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            return new IPEndPoint(options.Listen.Address, address.Port);
        }
    }

    /// <summary>Starts to listen.</summary>
    /// <param name="simulator">The zone with its custom hostnames.</param>
    public static async Task<CloudflareEdge> StartAsync(CloudflareSimulator simulator, EdgeOptions options, CancellationToken cancellationToken)
    {
        var edge = new CloudflareEdge(simulator, options);
        await edge.app.StartAsync(cancellationToken);
        return edge;
    }

    /// <summary>Closes the connections to the origin, so that the next request makes one with the options as they are now.</summary>
    public void Reconnect()
    {
        var before = Interlocked.Exchange(ref origin, Origin(options));
        before.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        origin.Dispose();
    }

    /// <summary>Host and SNI are the custom hostname: HttpClient takes the SNI from the request's Host.</summary>
    private static HttpClient Origin(EdgeOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(options.Origin.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(options.Origin, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (connection, certificate, sent, _) =>
            Accepts(options, ((SslStream)connection).TargetHostName, certificate as X509Certificate2, sent);
        if (options.ClientCertificate is { } own)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        return new HttpClient(handler) { Timeout = OriginPatience };
    }

    /// <summary>Full (strict): valid now, of a known authority, for the requested name or the fallback origin's.</summary>
    private static bool Accepts(EdgeOptions options, string requested, X509Certificate2? certificate, X509Chain? sent)
    {
        if (options.OriginAuthorities is not { } authorities)
            return certificate is not null;
        if (certificate is null || !(certificate.MatchesHostname(requested) || (options.OriginName is { } name && certificate.MatchesHostname(name))))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private async ValueTask<SslServerAuthenticationOptions> ChooseAsync(TlsHandshakeCallbackContext context)
    {
        var name = context.ClientHelloInfo.ServerName;
        var found = await FindAsync(name, context.CancellationToken);
        return found is { SslStatus: "active" }
            ? new SslServerAuthenticationOptions { ServerCertificate = certificates.GetOrAdd(name, options.Certificate), EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 }
            : throw new AuthenticationException("No certificate at the edge.");
    }

    private async Task<HostnameView?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await simulator.HostnamesAsync(cancellationToken)).FirstOrDefault(item => string.Equals(item.Hostname, name, StringComparison.OrdinalIgnoreCase));

    private async Task HandleAsync(HttpContext context)
    {
        var ray = Interlocked.Increment(ref rays).ToString("x16", CultureInfo.InvariantCulture) + "-SIM";
        (context.Response.Headers.Server, context.Response.Headers["CF-Ray"]) = ("cloudflare", ray);
        if (options.UnderAttack)
        {
            context.Response.Headers["cf-mitigated"] = "challenge";
            await PageAsync(context, StatusCodes.Status403Forbidden, Challenge);
        }
        else if (options.BrowserIntegrityCheck && string.IsNullOrWhiteSpace(context.Request.Headers.UserAgent))
            await PageAsync(context, StatusCodes.Status403Forbidden, "<!DOCTYPE html><html><head><title>Access denied</title></head><body>error code: 1010</body></html>");
        else if (await FindAsync(context.Request.Host.Host, context.RequestAborted) is not { Status: "active" })
            await ErrorAsync(context, 530, "error code: 1016");
        else
            await FetchAsync(context, ray);
    }

    private async Task FetchAsync(HttpContext context, string ray)
    {
        var host = context.Request.Host.Host;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"https://{host}{context.Request.Path.ToUriComponent()}{context.Request.QueryString}");
        if (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPut(context.Request.Method))
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (field, values) in context.Request.Headers)
        {
            if (!NotForwarded.Contains(field, StringComparer.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(field, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(field, values.AsEnumerable());
        }
        var client = context.Connection.RemoteIpAddress!.ToString();
        request.Headers.Host = host;
        request.Headers.Remove("Accept-Encoding");
        foreach (var (field, value) in new[] { ("Accept-Encoding", "gzip, br"), ("CF-Connecting-IP", client), ("X-Forwarded-For", client), ("X-Forwarded-Proto", "https"), ("CF-Ray", ray), ("CF-Visitor", "{\"scheme\":\"https\"}"), ("CDN-Loop", "cloudflare; loops=1") })
            request.Headers.TryAddWithoutValidation(field, value);
        try
        {
            using var response = await origin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (field, values) in response.Headers.Concat(response.Content.Headers))
            {
                if (!NotForwarded.Contains(field, StringComparer.OrdinalIgnoreCase) && !field.Equals("Server", StringComparison.OrdinalIgnoreCase))
                    context.Response.Headers[field] = values.ToArray();
            }
            context.Response.Headers["cf-cache-status"] = "DYNAMIC";
            context.Response.ContentLength = response.Content.Headers.ContentLength;
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (HttpRequestException exception)
        {
            var (status, title) = Failure(exception);
            await ErrorAsync(context, status, title);
        }
        catch (TaskCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ErrorAsync(context, 524, "A timeout occurred");
        }
    }

    private static (int Status, string Title) Failure(HttpRequestException exception) => exception switch
    {
        { InnerException: AuthenticationException { InnerException: null } } => (526, "Invalid SSL certificate"), // Thrown by the check of the origin's certificate.
        { HttpRequestError: HttpRequestError.ConnectionError } => (521, "Web server is down"),
        { HttpRequestError: HttpRequestError.SecureConnectionError } or { InnerException: AuthenticationException } => (525, "SSL handshake failed"),
        // A server that refuses a client certificate under TLS 1.3 does so after the client has finished its part.
        { InnerException: IOException } => (525, "SSL handshake failed"),
        _ => (520, "Web server is returning an unknown error"),
    };

    private static Task ErrorAsync(HttpContext context, int status, string title) =>
        PageAsync(context, status, $"<!DOCTYPE html><html><head><title>{status}: {title}</title></head><body>{title}</body></html>");

    private static Task PageAsync(HttpContext context, int status, string page)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "text/html; charset=UTF-8");
        return context.Response.WriteAsync(page, context.RequestAborted);
    }
}
