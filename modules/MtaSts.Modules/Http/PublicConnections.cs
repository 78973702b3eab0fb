using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Modules.Http;

/// <summary>HTTP connections to targets that an outsider chooses.</summary>
public static class PublicConnections
{
    /// <summary>Addresses of one host that are tried; a zone may contain hundreds.</summary>
    private const int MaxAddresses = 8;

    /// <summary>
    /// Restricts the handler to public addresses. The check is made on the address that is dialled, so that a name whose address changes between a check and
    /// the connection passes neither. Without redirects, cookies and proxy: a redirect would leave the checked URL, and a proxy would dial for us.
    /// </summary>
    /// <param name="handler">The handler; not in use yet.</param>
    /// <param name="allowPrivateAddresses">Whether the operator allows all addresses.</param>
    public static SocketsHttpHandler OnlyPublic(this SocketsHttpHandler handler, bool allowPrivateAddresses = false)
    {
        ArgumentNullException.ThrowIfNull(handler);
        (handler.AllowAutoRedirect, handler.UseCookies, handler.UseProxy) = (false, false, false);
        // Nothing is downloaded to build a chain: a certificate names the URL of its issuer, which may lead to any address.
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        handler.ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, allowPrivateAddresses, cancellationToken);
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool allowPrivateAddresses, CancellationToken cancellationToken)
    {
        var addresses = await System.Net.Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = addresses.Where(address => allowPrivateAddresses || PublicAddress.Is(address)).Take(MaxAddresses).ToArray();
        if (allowed.Length == 0)
            throw new PrivateAddressException();
        for (var number = 0; ; number++)
        {
            var socket = new Socket(allowed[number].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(allowed[number], target.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception exception)
            {
                socket.Dispose();
                if (exception is not SocketException || number == allowed.Length - 1)
                    throw;
            }
        }
    }
}

/// <summary>No address of the host is public. Inner exception of the <see cref="HttpRequestException"/>.</summary>
public sealed class PrivateAddressException() : IOException("The host has no public address.");
