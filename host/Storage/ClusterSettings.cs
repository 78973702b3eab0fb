using System.Net;
using Microsoft.Extensions.Options;

namespace MtaSts.Host.Storage;

/// <summary>Section <c>Cluster</c>: several silos on one PostgreSQL database.</summary>
internal sealed class ClusterSettings
{
    public const string Section = "Cluster";

    /// <summary>Whether this silo joins others. Default false: it is alone and opens no port for silos.</summary>
    public bool Enabled { get; set; }

    /// <summary>The port other silos reach this one at. Default 11111; 0 takes a free one.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>The address other silos reach this one at, and the only one it listens on. Default: loopback. Any other address needs the certificates below.</summary>
    public string Address { get; set; } = IPAddress.Loopback.ToString();

    /// <summary>PEM file with this silo's certificate, and the intermediate ones if there are any. Read again when the file changes. Default none.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file with the certificate's private key, not encrypted. Default none.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>
    /// PEM file with the cluster's own certificate authority, one or several roots. Each holder of a certificate that it signed may call any grain, so
    /// it must sign nothing but silos. Default none.
    /// </summary>
    public string? AuthorityPath { get; set; }

    /// <summary>Connections between silos have mutual TLS.</summary>
    public bool HasTls => Paths.All(path => !string.IsNullOrWhiteSpace(path));

    /// <summary>Some of what TLS needs is set.</summary>
    public bool HasSomeTls => Paths.Any(path => !string.IsNullOrWhiteSpace(path));

    private string?[] Paths => [CertificatePath, CertificateKeyPath, AuthorityPath];
}

/// <summary>Refuses a cluster that cannot form, or that anybody could join.</summary>
internal sealed class ClusterSettingsValidator(IOptions<StorageOptions> storage) : IValidateOptions<ClusterSettings>
{
    private const string Tls = "Cluster:CertificatePath, Cluster:CertificateKeyPath and Cluster:AuthorityPath";

    public ValidateOptionsResult Validate(string? name, ClusterSettings options) =>
        options.Enabled && Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private string? Problem(ClusterSettings options)
    {
        if (storage.Value.Provider != StorageProvider.PostgreSql)
            return "Cluster:Enabled needs Storage:Provider PostgreSql: silos find each other in the database, and only one process can use a SQLite file.";
        if (options.SiloPort is < 0 or > ushort.MaxValue)
            return "Cluster:SiloPort must be a port, or 0 for a free one.";
        if (!IPAddress.TryParse(options.Address, out var address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return "Cluster:Address must be the IP address under which the other silos reach this one, not a name and not 0.0.0.0.";
        if (options.HasSomeTls && !options.HasTls)
            return $"{Tls} belong together: set all three, or none.";
        if (!options.HasTls && !IPAddress.IsLoopback(address))
            return $"Cluster:Address {address} is reachable from other machines, and without TLS anybody who reaches it can call any grain. Set {Tls} to PEM files, or Cluster:Address to 127.0.0.1.";
        return options.HasTls ? ClusterCertificate.Problem(options) : null;
    }
}
