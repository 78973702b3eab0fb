using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace MtaSts.Host.Clustering;

/// <summary>
/// This silo's certificate and the authority that must have issued the others'. The files are checked for each new connection, of which there are
/// few, and read again when they change. If they cannot be used, the last valid ones stay in use.
/// </summary>
internal sealed partial class ClusterCertificate(IOptions<ClusterSettings> options, ILogger<ClusterCertificate> logger) : IDisposable
{
    /// <summary>The server name in the handshake. It is not verified: only the authority matters.</summary>
    public const string ServerName = "silo";

    /// <summary>Required key usages; each silo is a server and a client.</summary>
    private static readonly (string Oid, string Name)[] Usages = [("1.3.6.1.5.5.7.3.1", "server authentication"), ("1.3.6.1.5.5.7.3.2", "client authentication")];

    private readonly ClusterSettings settings = options.Value;
    private readonly Lock reading = new();
    private Files? current;
    private DateTime? refused;

    /// <summary>What is wrong with the files; null when they can be used.</summary>
    public static string? Problem(ClusterSettings settings)
    {
        try
        {
            using var files = Files.Read(settings);
            return files.Problem is { } problem ? "Cluster:CertificatePath: " + problem : null;
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            return $"Cluster:CertificatePath, Cluster:CertificateKeyPath and Cluster:AuthorityPath must name PEM files that this process can read: a certificate, its key, and its authority. {exception.Message}";
        }
    }

    /// <summary>The certificate this silo presents.</summary>
    public X509Certificate2 Own => Current.Own;

    /// <summary>Whether the other side's certificate was signed by the authority, is currently valid, and is for silos.</summary>
    public bool Accepts(X509Certificate2 certificate, X509Chain? sent)
    {
        if (Current.Trusts(certificate, sent?.ChainPolicy.ExtraStore) is not { } problem)
            return true;
        LogRefused(certificate.Subject, problem);
        return false;
    }

    public void Dispose() => current?.Dispose();

    private Files Current
    {
        get
        {
            lock (reading)
            {
                var changed = Files.Changed(settings);
                if (current is { } known && (known.ChangedAt == changed || refused == changed))
                    return known;
                try
                {
                    var next = Files.Read(settings);
                    if (next.Problem is { } problem)
                        throw new CryptographicException(problem);
                    return current = next; // Not disposed: a handshake may still use the previous one.
                }
                catch (Exception exception) when (current is not null && IsOfFiles(exception))
                {
                    refused = changed;
                    LogUnusable(exception.Message);
                    return current;
                }
            }
        }
    }

    // A key of another certificate causes an ArgumentException.
    private static bool IsOfFiles(Exception exception) => exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    [LoggerMessage(1004, LogLevel.Warning, "Connection between silos refused: the certificate {Subject} is not accepted ({Problem}). The other silo retries")]
    private partial void LogRefused(string subject, string problem);

    [LoggerMessage(1005, LogLevel.Error, "Cluster certificate not reloaded: the new files cannot be used, and the previous certificate stays in use. {Problem}")]
    private partial void LogUnusable(string problem);

    private sealed record Files(X509Certificate2 Own, X509Certificate2Collection Intermediates, X509Certificate2Collection Roots, DateTime ChangedAt) : IDisposable
    {
        public static Files Read(ClusterSettings settings)
        {
            var changed = Changed(settings);
            using var pem = X509Certificate2.CreateFromPemFile(settings.CertificatePath!, settings.CertificateKeyPath);
            var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(settings.CertificatePath!);
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(settings.AuthorityPath!);
            return new Files(own, chain, roots, changed);
        }

        public static DateTime Changed(ClusterSettings settings) =>
            new[] { settings.CertificatePath!, settings.CertificateKeyPath!, settings.AuthorityPath! }.Max(File.GetLastWriteTimeUtc);

        /// <summary>Why other silos would refuse this certificate; null when they would accept it.</summary>
        public string? Problem => Roots.Count == 0 ? "Cluster:AuthorityPath contains no certificate." : Trusts(Own, Intermediates);

        public string? Trusts(X509Certificate2 certificate, X509Certificate2Collection? extra)
        {
            foreach (var (oid, name) in Usages)
            {
                using var chain = new X509Chain();
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.AddRange(Roots);
                chain.ChainPolicy.ExtraStore.AddRange(Intermediates);
                if (extra is not null)
                    chain.ChainPolicy.ExtraStore.AddRange(extra);
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // A private authority: a new authority replaces revocation.
                chain.ChainPolicy.ApplicationPolicy.Add(new Oid(oid));
                if (!chain.Build(certificate))
                    return $"for {name}: {string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()))}";
            }
            return null;
        }

        public void Dispose() => Own.Dispose();
    }
}
