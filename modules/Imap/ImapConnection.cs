using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Imap;
using MailKit.Security;

namespace MtaSts.Modules.Imap;

/// <summary>Connects and signs in. The dialogue is never logged: the password is in it.</summary>
internal static class ImapConnection
{
    /// <summary>For one answer of the server, and one network operation. Bounds: servers and networks that fall silent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<ImapClient> OpenAsync(ImapOptions options, CancellationToken stop)
    {
        var client = new ImapClient { Timeout = (int)Patience.TotalMilliseconds };
        try
        {
            if (options.CaPath is { } path)
                Trust(client, path);
            var tls = options.Tls switch { TlsMode.Implicit => SecureSocketOptions.SslOnConnect, TlsMode.StartTls => SecureSocketOptions.StartTls, _ => SecureSocketOptions.None };
            await client.ConnectAsync(options.Host!, options.Port ?? (options.Tls == TlsMode.Implicit ? 993 : 143), tls, stop);
            await client.AuthenticateAsync(options.UserName!, options.Password ?? await PasswordAsync(options.PasswordFile!, stop), stop);
            return client;
        }
        catch (AuthenticationException exception)
        {
            client.Dispose();
            throw new InvalidOperationException($"It refuses the sign-in of {options.UserName}: {exception.Message} Set Modules:source.imap:UserName, and Password or PasswordFile, to what it takes.", exception);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task<string> PasswordAsync(string path, CancellationToken stop)
    {
        try
        {
            return (await File.ReadAllLinesAsync(path, stop)).FirstOrDefault("");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The password cannot be read: {exception.Message} Set Modules:source.imap:PasswordFile to a file that this process may read.", exception);
        }
    }

    private static void Trust(ImapClient client, string path)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(path);
        client.CheckCertificateRevocation = false; // An authority of one's own seldom has lists.
        client.ServerCertificateValidationCallback = (_, certificate, sent, errors) =>
        {
            if (certificate is null || (errors & ~System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors) != 0)
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            using var leaf = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
            return chain.Build(leaf);
        };
    }
}
