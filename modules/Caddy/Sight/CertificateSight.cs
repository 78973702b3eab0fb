using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Caddy.Sight;

/// <summary>
/// Connects to Caddy as a sender does: sends the policy host as SNI, checks the certificate, requests the policy. A handshake with a name without
/// certificate also makes Caddy order one.
/// </summary>
internal sealed class CertificateSight(TrustedAuthorities authorities, IOptions<CaddyOptions> options, TimeProvider clock)
{
    /// <summary>Caddy is near: a connection that takes longer is down or filtered.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);

    /// <summary>An order takes some seconds. A longer one continues in Caddy, and the next check sees its result.</summary>
    internal static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <summary>Only the status line of the answer is read.</summary>
    private const int MaxStatusLine = 64;

    public async Task<Sighting> LookAsync(string policyHost, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = Limit(ConnectLimit, cancellationToken);
            await socket.ConnectAsync(CaddyAddress.TryParse(options.Value.Address)!, limit.Token);
        }
        catch (Exception exception) when (exception is SocketException || IsOver(exception, cancellationToken))
        {
            return new Sighting.NoConnection(exception is SocketException refused ? refused.SocketErrorCode.ToString() : $"no answer within {ConnectLimit.TotalSeconds:0} s");
        }
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        Sighting? seen = null;
        try
        {
            using var limit = Limit(HandshakeLimit, cancellationToken);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = policyHost,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (seen = Judge(policyHost, certificate as X509Certificate2, chain, errors)) is Sighting.Certificate,
                },
                limit.Token);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return seen is Sighting.Unacceptable ? seen : new Sighting.Refused();
        }
        catch (Exception exception) when (IsOver(exception, cancellationToken))
        {
            return new Sighting.Ordering();
        }
        return (Sighting.Certificate)seen! with { Status = await StatusAsync(tls, policyHost, cancellationToken) };
    }

    private Sighting Judge(string policyHost, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return new Sighting.Refused();
        var now = clock.GetUtcNow();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) || !certificate.MatchesHostname(policyHost, allowWildcards: true, allowCommonName: false))
        {
            return new Sighting.Unacceptable(
                $"The server at {options.Value.Address} presents a certificate for another name than {policyHost}.",
                "The operator must run Caddy there, with the Caddyfile that the service wrote, and no other server.");
        }
        if (certificate.NotAfter < now || certificate.NotBefore > now)
        {
            return new Sighting.Unacceptable(
                string.Create(CultureInfo.InvariantCulture, $"Caddy presents a certificate for {policyHost} that was valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}."),
                "The operator must check Caddy's log for the cause.");
        }
        return authorities.Trusts(certificate, chain?.ChainPolicy.ExtraStore ?? [])
            ? new Sighting.Certificate(certificate.NotBefore, certificate.NotAfter, null)
            : new Sighting.Unacceptable(
                $"Caddy presents a certificate for {policyHost} from an authority that is not trusted.",
                "The operator must configure Caddy for a public authority. For a private one, set Caddy:TrustedRootsPath to its certificate.");
    }

    private async Task<int?> StatusAsync(SslStream tls, string policyHost, CancellationToken cancellationToken)
    {
        using var limit = Limit(AnswerLimit, cancellationToken);
        try
        {
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"HEAD /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {policyHost}\r\nConnection: close\r\n\r\n"), limit.Token);
            var line = new byte[MaxStatusLine];
            var length = await tls.ReadAtLeastAsync(line, "HTTP/1.1 200".Length, throwOnEndOfStream: false, limit.Token);
            return Encoding.ASCII.GetString(line, 0, length) is { Length: >= 12 } text && text.StartsWith("HTTP/1.", StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;
        }
        catch (Exception exception) when (exception is IOException || IsOver(exception, cancellationToken))
        {
            return null;
        }
    }

    private LinkedLimit Limit(TimeSpan time, CancellationToken cancellationToken) => new(time, clock, cancellationToken);

    private static bool IsOver(Exception exception, CancellationToken cancellationToken) => exception is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    /// <summary>The caller's cancellation, or the end of a time.</summary>
    private sealed class LinkedLimit : IDisposable
    {
        private readonly CancellationTokenSource time;
        private readonly CancellationTokenSource either;

        public LinkedLimit(TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
        {
            time = new CancellationTokenSource(limit, clock);
            either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        }

        public CancellationToken Token => either.Token;

        public void Dispose()
        {
            either.Dispose();
            time.Dispose();
        }
    }
}
