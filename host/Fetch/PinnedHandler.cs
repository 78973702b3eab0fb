using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace MtaSts.Host.Fetch;

/// <summary>HTTP to an address that was looked at, not to one that a second look-up gives; no redirect, no proxy, no cookie, small headers.</summary>
internal static class PinnedHandler
{
    private const int MaxHeaderKilobytes = 16;

    /// <param name="port">From the request's own port.</param>
    public static SocketsHttpHandler To(IPAddress address, Func<int, int> port, TrustedRoots roots, Action<DateTimeOffset> sawCertificate)
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
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => roots.Judge(certificate, chain, errors, sawCertificate);
        return handler;
    }

    public static string Reason(Exception exception) => exception switch
    {
        OperationCanceledException => "No answer in time.",
        HttpRequestException { InnerException: AuthenticationException } => "The certificate is not valid for this name, or TLS 1.2 is not offered.",
        HttpRequestException { InnerException: SocketException socket } => $"No connection ({socket.SocketErrorCode}).",
        _ => "The connection broke, or the answer was not HTTP.",
    };
}
