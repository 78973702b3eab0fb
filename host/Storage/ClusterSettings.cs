using System.Net;
using Microsoft.Extensions.Options;

namespace MtaSts.Host.Storage;

/// <summary>Section <c>Cluster</c>: several silos on one PostgreSQL database.</summary>
internal sealed class ClusterSettings
{
    public const string Section = "Cluster";

    /// <summary>Whether this silo joins others. Default false: it is alone, and any number of such processes with a store each can share a machine.</summary>
    public bool Enabled { get; set; }

    /// <summary>The port other silos reach this one at. Default 11111; 0 takes a free one.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>
    /// The address other silos reach this one at, and the only one it listens on. Default: loopback. Whoever reaches the port can call any grain:
    /// it belongs in a network that only silos are in.
    /// </summary>
    public string Address { get; set; } = IPAddress.Loopback.ToString();
}

/// <summary>Refuses a cluster that could not come about.</summary>
internal sealed class ClusterSettingsValidator(IOptions<StorageOptions> storage) : IValidateOptions<ClusterSettings>
{
    public ValidateOptionsResult Validate(string? name, ClusterSettings options)
    {
        if (!options.Enabled)
            return ValidateOptionsResult.Success;
        if (storage.Value.Provider != StorageProvider.PostgreSql)
            return ValidateOptionsResult.Fail("Cluster:Enabled needs Storage:Provider PostgreSql: silos find each other in the database, and a SQLite file is one process's.");
        if (options.SiloPort is < 0 or > ushort.MaxValue)
            return ValidateOptionsResult.Fail("Cluster:SiloPort must be a port, or 0 for a free one.");
        if (!IPAddress.TryParse(options.Address, out var address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return ValidateOptionsResult.Fail("Cluster:Address must be the IP address under which the other silos reach this one, not a name and not 0.0.0.0.");
        return ValidateOptionsResult.Success;
    }
}
