using System.Net;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Listening;
using MtaSts.Storage;

namespace MtaSts.Host.Clustering;

/// <summary>Section <c>Cluster</c>: several silos on one PostgreSQL database.</summary>
internal sealed class ClusterSettings
{
    public const string Section = "Cluster";

    /// <summary>Whether this silo joins others. Default false: a single silo without a silo port.</summary>
    public bool Enabled { get; set; }

    /// <summary>The port at which other silos reach this one. Default 11111; 0 selects a free port.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>The address at which other silos reach this one, and the only one it listens on. Default: loopback. Any other address needs the
    /// certificates below.</summary>
    public string Address { get; set; } = IPAddress.Loopback.ToString();

    /// <summary>PEM file with this silo's certificate, and the intermediate ones if there are any. Read again when the file changes. Default none.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file with the certificate's private key, not encrypted. Default none.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>
    /// PEM file with the cluster's own certificate authority, one or several roots. Each holder of a certificate that it signed may call any grain,
    /// so it must sign only certificates of silos. Default none.
    /// </summary>
    public string? AuthorityPath { get; set; }

    /// <summary>Connections between silos have mutual TLS.</summary>
    public bool HasTls => Paths.All(path => !string.IsNullOrWhiteSpace(path));

    /// <summary>At least one of the settings for TLS is set.</summary>
    public bool HasSomeTls => Paths.Any(path => !string.IsNullOrWhiteSpace(path));

    private string?[] Paths => [CertificatePath, CertificateKeyPath, AuthorityPath];
}

/// <summary>Refuses a cluster that cannot form, or that anyone could join.</summary>
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
        if (StrictAddress.Parse(options.Address) is not { } address || !StrictAddress.CanListen(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return "Cluster:Address must be the IP address under which the other silos reach this one, not a name and not 0.0.0.0.";
        if (options.HasSomeTls && !options.HasTls)
            return $"Set all three of {Tls}, or none.";
        if (!options.HasTls && !IPAddress.IsLoopback(address))
            return $"Cluster:Address {address} is reachable from other machines, and without TLS any machine that reaches it can call any grain. Set {Tls} to PEM files, or Cluster:Address to 127.0.0.1.";
        return options.HasTls ? ClusterCertificate.Problem(options) : null;
    }
}
