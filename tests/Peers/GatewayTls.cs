using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Peers;

/// <summary>Public HTTPS for the host's gateway: an address, and a certificate for the policy hosts.</summary>
/// <param name="Address">Where the gateway listens.</param>
/// <param name="Authority">The issuer of the certificate.</param>
/// <param name="Names">The policy hosts; <see cref="Url"/> contains the first.</param>
public sealed record GatewayTls(IPEndPoint Address, TestAuthority Authority, params string[] Names)
{
    /// <summary>The client certificate of the test's own client, if the gateway requests one.</summary>
    public X509Certificate2? Client { get; init; }

    public Uri Url => new($"https://{Names[0]}");

    /// <summary>Writes certificate and key, and the settings that name them.</summary>
    internal void WriteInto(string folder, Dictionary<string, string?> environment)
    {
        var (certificate, key) = Authority.Issue(Names);
        (environment["Gateway__CertificatePath"], environment["Gateway__CertificateKeyPath"]) = (Path.Combine(folder, "gateway.pem"), Path.Combine(folder, "gateway.key"));
        File.WriteAllText(environment["Gateway__CertificatePath"]!, certificate);
        File.WriteAllText(environment["Gateway__CertificateKeyPath"]!, key);
    }

    /// <summary>Makes a client connect to this address for the policy hosts, and trust only this authority.</summary>
    internal void Use(SocketsHttpHandler handler)
    {
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (Names.Contains(context.DnsEndPoint.Host, StringComparer.OrdinalIgnoreCase))
                await socket.ConnectAsync(Address, cancellationToken);
            else
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        if (Client is { } own)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            !errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch) && Authority.Trusts(certificate as X509Certificate2);
    }
}
