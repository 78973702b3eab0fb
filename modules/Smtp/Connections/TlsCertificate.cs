using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>The certificate for STARTTLS, read anew when its file has changed: certificates are renewed while the service runs.</summary>
internal sealed partial class TlsCertificate(string path, string keyPath, TimeProvider clock, ILogger logger)
{
    /// <summary>How often the files are looked at, at most.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private SslStreamCertificateContext? context;
    private (DateTime, DateTime) written;
    private long looked;

    /// <summary>The certificate in use. Throws only when there has never been one.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (gate)
            {
                if (context is not null && clock.GetElapsedTime(looked) < LookAgain)
                    return context;
                looked = clock.GetTimestamp();
                var now = (File.GetLastWriteTimeUtc(path), File.GetLastWriteTimeUtc(keyPath));
                return context is null || now != written ? Load(now) : context;
            }
        }
    }

    private SslStreamCertificateContext Load((DateTime, DateTime) now)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(path, keyPath);
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(path);
            (context, written) = (SslStreamCertificateContext.Create(certificate, chain, offline: true), now);
            LogLoaded(certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception exception) when (context is not null)
        {
            LogKept(exception, path); // Caught between two writes, perhaps: it is tried again.
        }
        return context;
    }

    [LoggerMessage(1144, LogLevel.Information, "SMTP: STARTTLS with a certificate that is valid until {NotAfter:u}")]
    private partial void LogLoaded(DateTime notAfter);

    [LoggerMessage(1145, LogLevel.Warning, "SMTP: the certificate in {Path} has changed and cannot be read; the one before is used on")]
    private partial void LogKept(Exception exception, string path);
}
