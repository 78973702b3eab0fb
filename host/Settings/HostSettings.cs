using MtaSts.Grains.Domains;
using MtaSts.Grains.Reports;
using MtaSts.Host.Bootstrap;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Fetch;
using MtaSts.Host.Gateway;
using MtaSts.Host.Spool;
using MtaSts.Host.Storage;
using MtaSts.Modules.Caddy;
using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Dns;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Maildir;
using MtaSts.Modules.Rfc2136;
using MtaSts.Modules.Smtp;
using MtaSts.Web;

namespace MtaSts.Host.Settings;

/// <summary>Every section of this service's settings. A new options class is added here, or its settings are refused as unknown; a test tells which is missing.</summary>
internal static class HostSettings
{
    public static readonly IReadOnlyList<SettingsSection> Sections =
    [
        new(DashboardOptions.Section, typeof(DashboardListenerOptions)),
        new(DashboardOptions.Section, typeof(PublicUrlOptions)),
        new(DashboardOptions.Section, typeof(DashboardOptions)),
        new(GatewayOptions.Section, typeof(GatewayOptions)),
        new(StorageOptions.Section, typeof(StorageOptions)),
        new(ClusterSettings.Section, typeof(ClusterSettings)),
        new("Hosting", typeof(HostingNames)),
        new("Hosting", typeof(HostingOptions), nameof(HostingOptions.Lease), nameof(HostingOptions.ServedUnseen), nameof(HostingOptions.HostnameBeforeReach)),
        new("Intake", typeof(IntakeNames)),
        new(FetchOptions.Section, typeof(FetchOptions)),
        new(SpoolOptions.Section, typeof(SpoolOptions)),
        new("Retention", typeof(RetentionOptions)),
        new("Dns", typeof(DnsNames)),
        new("Bootstrap", typeof(BootstrapOptions)),
        new("Demo", typeof(DemoNames)),
        .. Module<CloudflareOptions>("hostname.cloudflare", CloudflareOptions.Section),
        .. Module<CloudflareDnsOptions>("dns.cloudflare", CloudflareDnsOptions.Section),
        .. Module<CaddyOptions>("hostname.caddy", CaddyOptions.Section),
        .. Module<Rfc2136Options>("dns.rfc2136", Rfc2136Options.Section),
        .. Module<SmtpOptions>("source.smtp"),
        .. Module<MaildirOptions>("source.maildir"),
        .. Module<ImapOptions>("source.imap"),
    ];

    /// <summary>Numbers and times that may be 0.</summary>
    public static readonly IReadOnlySet<string> ZeroIsAllowed = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Cluster:SiloPort", "Storage:StartTimeout", "Storage:OwnerTimeout", "Spool:MinFreeBytes", "Gateway:LaneQueue", "Gateway:MaxUnknownHosts", "Modules:source.smtp:LeastRate", "Hosting:AnnounceMargin",
        "Hosting:OutsideGrace", "Hosting:RecordGrace", "Hosting:WaitingFor", "Hosting:LossNote", "Hosting:RemovalSettles", "Hosting:ShortestTakeoverWait", "Hosting:RetiringMaxAge", "Hosting:StartingMaxAge", "Demo:DelayFactor",
    };

    /// <summary>Files that must be there when they are named.</summary>
    public static readonly IReadOnlyList<string> Files =
    [
        "Gateway:CertificatePath", "Gateway:CertificateKeyPath", "Gateway:ClientCertificateAuthoritiesPath", "Outside:TrustedRootsPath", "Caddy:TrustedRootsPath", "Modules:hostname.caddy:TrustedRootsPath", "Rfc2136:KeySecretFile", "Modules:dns.rfc2136:KeySecretFile",
        "Modules:source.smtp:CertificatePath", "Modules:source.smtp:CertificateKeyPath", "Modules:source.imap:CaPath", "Modules:source.imap:PasswordFile",
        "Cluster:CertificatePath", "Cluster:CertificateKeyPath", "Cluster:AuthorityPath",
    ];

    private static readonly string[] Secrets = ["Password", "Token", "Secret", "ConnectionString"];

    /// <summary>Whether a message must not repeat the value.</summary>
    public static bool IsSecret(string key) => Secrets.Any(word => key.EndsWith(word, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<SettingsSection> Module<T>(string id, string? section = null) =>
        new[] { section, "Modules:" + id }.OfType<string>().Select(path => new SettingsSection(path, typeof(T)) { Module = id });

    /// <summary>Section <c>Hosting</c>: what <see cref="Grains.NamingOptions"/> is made of, and the chosen providers.</summary>
    internal sealed class HostingNames
    {
        public string? Target { get; set; }

        public string? Provider { get; set; }

        public string? DnsProvider { get; set; }

        public string? RecordZone { get; set; }
    }

    /// <summary>Section <c>Intake</c>.</summary>
    internal sealed class IntakeNames
    {
        public string? MailDomain { get; set; }

        public string? HttpsUrl { get; set; }
    }

    /// <summary>Section <c>Dns</c>.</summary>
    internal sealed class DnsNames
    {
        public string? Servers { get; set; }
    }

    /// <summary>Section <c>Demo</c>.</summary>
    internal sealed class DemoNames
    {
        public double DelayFactor { get; set; } = 0.2;
    }
}
