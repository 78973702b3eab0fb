using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MtaSts.Host.Fetch;

namespace MtaSts.Host.Mx;

/// <summary>
/// MailKit's SMTP client, which keeps the certificates that it is shown instead of judging them, and builds chains without downloads (see <see cref="TrustedRoots.Policy"/>).
/// It offers TLS 1.2 and 1.3 (RFC 8461 §7.2), the host's name as SNI (§7.1), and no client certificate.
/// </summary>
internal sealed class MxClient : SmtpClient
{
    private readonly X509ChainPolicy policy;

    public MxClient(X509ChainPolicy policy, string ehloName)
    {
        this.policy = policy;
        LocalDomain = ehloName;
        CheckCertificateRevocation = false;
        ServerCertificateValidationCallback = (_, shown, chain, _) => Keep(shown, chain);
    }

    /// <summary>The server has accepted STARTTLS.</summary>
    public bool HasBegunTls { get; private set; }

    /// <summary>The server's certificate; null before the handshake.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>All certificates that the server sent.</summary>
    public IReadOnlyList<X509Certificate2> Sent { get; private set; } = [];

    /// <summary>Greeting, EHLO, STARTTLS where it is offered, and EHLO again.</summary>
    public Task GreetAsync(Stream stream, string host, int port, CancellationToken cancellationToken) =>
        ConnectAsync(stream, host, port, SecureSocketOptions.StartTlsWhenAvailable, cancellationToken);

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback)
    {
        HasBegunTls = true;
        var options = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        options.CertificateChainPolicy = policy;
        return options;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        Certificate?.Dispose();
        foreach (var certificate in Sent)
            certificate.Dispose();
    }

    /// <summary>Copies them: they are disposed of after the handshake.</summary>
    private bool Keep(X509Certificate? shown, X509Chain? chain)
    {
        if (shown is not X509Certificate2 certificate)
            return false;
        Certificate = X509CertificateLoader.LoadCertificate(certificate.RawDataMemory.Span);
        Sent = [.. (chain?.ChainPolicy.ExtraStore ?? []).Select(static sent => X509CertificateLoader.LoadCertificate(sent.RawDataMemory.Span))];
        return true;
    }
}
