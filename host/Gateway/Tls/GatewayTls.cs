using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Certificates;

namespace MtaSts.Host.Gateway.Tls;

/// <summary>
/// TLS of the senders' listener. RFC 8461 §7.1: the handshake is refused for a name that the certificate does not cover, unless a proxy in front of
/// the gateway connects with the policy host's name. Certificate and accepted client authorities are replaced at run time. They are read when the
/// first listener with TLS is set up.
/// </summary>
internal sealed class GatewayTls : IServiceCertificate, IDisposable
{
    private static readonly System.Globalization.IdnMapping Idn = new();

    /// <summary>Time limit for writing the alert to the socket's buffer, which has space unless the client does not read.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);
    private readonly GatewayOptions options;
    private readonly HandshakeRefusals refusals;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private CertificateFile? certificate;
    private AuthorityFile? authorities;
    private ClientAuthorities? clients;
    private volatile SslServerAuthenticationOptions? shared;

    public GatewayTls(IOptions<GatewayOptions> options, HandshakeRefusals refusals, IMeterFactory meters, TimeProvider clock, ILogger<GatewayTls> logger)
    {
        (this.options, this.refusals, this.clock, this.logger) = (options.Value, refusals, clock, logger);
        meters.Create(HandshakeRefusals.Meter).CreateObservableGauge(
            "mtasts.gateway.certificate.left", Left, "s", "Seconds until the gateway's certificate ends; nothing without one.");
    }

    /// <inheritdoc/>
    public ServiceCertificate? Now => certificate is not { } file ? null : new ServiceCertificate(
        options.CertificatePath!,
        file.Current.Names,
        file.Current.NotBefore,
        file.Current.NotAfter,
        file.Term,
        [.. new[] { file.Problem, authorities?.Problem }.OfType<string>()],
        options.ShowsForAnyName,
        options.ClientCertificateAuthoritiesPath,
        [.. refusals.Since.Select(one => new RefusedHandshakes(one.Reason.Label(), one.Count))]);

    /// <summary>A one-line note to the operator, safe to publish; null when there is none.</summary>
    public string? Note
    {
        get
        {
            string?[] parts = [certificate?.Note is { } note ? $"Gateway: {note}" : null, authorities?.Problem is null ? null : "Gateway: the new file of client certificate authorities cannot be used; the log says why."];
            var said = parts.OfType<string>().ToArray();
            return said.Length > 0 ? string.Join(' ', said) : null;
        }
    }

    /// <summary>Adds TLS to a listener.</summary>
    /// <exception cref="InvalidOperationException">A setting is missing or a file cannot be used; the message names the setting.</exception>
    public void Use(ListenOptions listen)
    {
        Open();
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next => async connection =>
        {
            var handshake = new Handshake();
            connection.Features.Set(handshake);
            await next(connection);
            if (!handshake.IsOver)
                refusals.Count(HandshakeRefusal.NotCompleted, handshake.ServerName, connection.RemoteEndPoint);
        });
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = ChooseAsync });
        listen.Use(next => async connection =>
        {
            connection.Features.Get<Handshake>()!.IsOver = true;
            await next(connection);
            await CloseAsync(connection);
        });
    }

    public void Dispose()
    {
        certificate?.Dispose();
        authorities?.Dispose();
    }

    private void Open()
    {
        lock (gate)
        {
            if (certificate is not null)
                return;
            if (options is not { CertificatePath: { } path, CertificateKeyPath: { } keyPath })
                throw new InvalidOperationException("Gateway:Url is https: set Gateway:CertificatePath and Gateway:CertificateKeyPath to PEM files.");
            if (options.ClientCertificateAuthoritiesPath is { } authoritiesPath)
            {
                authorities = Named("Gateway:ClientCertificateAuthoritiesPath", () => new AuthorityFile("Gateway:ClientCertificateAuthoritiesPath", authoritiesPath, clock, logger));
                clients = new ClientAuthorities(authorities, clock);
            }
            certificate = Named("Gateway:CertificatePath and Gateway:CertificateKeyPath", () => new CertificateFile("Gateway", path, keyPath, clock, logger));
            certificate.Changed += (_, _) => Share();
            Share();
        }
    }

    private static T Named<T>(string setting, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"{setting}: {exception.Message}", exception);
        }
    }

    /// <summary>One set of options for all handshakes with a certificate, so that sessions are resumed and nothing is created for each handshake.</summary>
    private void Share() => shared = Options(certificate!.Current);

    private static SslServerAuthenticationOptions Options(LoadedCertificate certificate) => new()
    {
        ServerCertificateContext = certificate.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private ValueTask<SslServerAuthenticationOptions> ChooseAsync(TlsHandshakeCallbackContext context)
    {
        var (name, client, current) = (ALabels(context.ClientHelloInfo.ServerName), context.Connection.RemoteEndPoint, certificate!.Current);
        var handshake = context.Connection.Features.Get<Handshake>()!;
        handshake.ServerName = name;
        if (!options.ShowsForAnyName && !Covers(current.Certificate, name))
            throw Refuse(handshake, string.IsNullOrEmpty(name) ? HandshakeRefusal.NoName : HandshakeRefusal.NameNotCovered, client);
        if (clients is null)
            return ValueTask.FromResult(shared!);
        var own = Options(current);
        own.ClientCertificateRequired = true;
        own.RemoteCertificateValidationCallback = (_, shown, sent, _) => Accepts(shown as X509Certificate2, sent, handshake, client);
        return ValueTask.FromResult(own);
    }

    private bool Accepts(X509Certificate2? shown, X509Chain? sent, Handshake handshake, EndPoint? client)
    {
        if (shown is null)
        {
            Refuse(handshake, HandshakeRefusal.ClientCertificateMissing, client);
            return false;
        }
        if (clients!.Refuse(shown, sent?.ChainPolicy.ExtraStore ?? []) is not { } why)
            return true;
        Refuse(handshake, HandshakeRefusal.ClientCertificateRefused, client, why);
        return false;
    }

    /// <summary>Sends the close_notify alert, which the HTTP server does not (RFC 8446 §6.1): without it a client cannot tell the end from a cut connection.</summary>
    private async Task CloseAsync(ConnectionContext connection)
    {
        try
        {
            await connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream.ShutdownAsync().WaitAsync(CloseTimeout, clock);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            // The client closed the connection first, or reads nothing.
        }
    }

    private AuthenticationException Refuse(Handshake handshake, HandshakeRefusal reason, EndPoint? client, string? detail = null)
    {
        handshake.IsOver = true;
        refusals.Count(reason, handshake.ServerName, client, detail);
        return new AuthenticationException($"Handshake refused: {reason.Label()}.");
    }

    /// <summary>The runtime passes internationalised names in Unicode; certificates and logs use A-labels (RFC 5890).</summary>
    private static string? ALabels(string? name)
    {
        try
        {
            return string.IsNullOrEmpty(name) || System.Text.Ascii.IsValid(name) ? name : Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return name; // Not a host name.
        }
    }

    private static bool Covers(X509Certificate2 certificate, string? name)
    {
        try
        {
            return !string.IsNullOrEmpty(name) && certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false);
        }
        catch (ArgumentException)
        {
            return false; // Not a host name.
        }
    }

    private IEnumerable<Measurement<double>> Left() => certificate is { } file ? [new((file.Current.NotAfter - clock.GetUtcNow()).TotalSeconds)] : [];

    /// <summary>Result of one connection's handshake.</summary>
    private sealed class Handshake
    {
        public string? ServerName { get; set; }

        /// <summary>It succeeded, or its refusal has been counted.</summary>
        public bool IsOver { get; set; }
    }
}
