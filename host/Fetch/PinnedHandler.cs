using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Fetch;

/// <summary>HTTP to an address that was checked, not to the result of a second look-up; no redirects, no proxy, no cookies, small headers.</summary>
internal static class PinnedHandler
{
    private const int MaxHeaderKilobytes = 16;

    /// <param name="port">From the request's own port.</param>
    public static SocketsHttpHandler To(IPAddress address, Func<int, int> port, TrustedRoots roots, Action<X509Certificate2> sawCertificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, port(context.DnsEndPoint.Port)), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        handler.SslOptions.CertificateChainPolicy = roots.Policy();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            if (certificate is X509Certificate2 shown)
                sawCertificate(shown);
            return errors == SslPolicyErrors.None;
        };
        return handler;
    }

    public static FetchFault Fault(Exception exception, IPAddress address)
    {
        var (kind, detail) = exception switch
        {
            OperationCanceledException => (FetchFaultKind.Timeout, null),
            HttpRequestException { InnerException: AuthenticationException } => (FetchFaultKind.Certificate, null),
            HttpRequestException { InnerException: SocketException socket } => (FetchFaultKind.NoConnection, socket.SocketErrorCode.ToString()),
            _ => (FetchFaultKind.NotHttp, (string?)null),
        };
        return new FetchFault(kind, address.ToString(), detail);
    }
}
