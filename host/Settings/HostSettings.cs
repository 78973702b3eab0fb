using MtaSts.Application.Readiness;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Reports;
using MtaSts.Host.Bootstrap;
using MtaSts.Host.Clustering;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Fetch;
using MtaSts.Host.Gateway;
using MtaSts.Host.Spool;
using MtaSts.Modules.Caddy;
using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Dns;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Mail;
using MtaSts.Modules.Maildir;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Rfc2136;
using MtaSts.Modules.Smtp;
using MtaSts.Storage;
using MtaSts.Web;

namespace MtaSts.Host.Settings;

/// <summary>Every section of this service's settings. A new options class must be added here, or its settings are refused as unknown; a test reports
/// missing ones.</summary>
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
        new("Hosting", typeof(HostingOptions), nameof(HostingOptions.Lease), nameof(HostingOptions.ServedUnseen), nameof(HostingOptions.HostnameBeforeReach), nameof(HostingOptions.ProbeMx)),
        new("Hosting", typeof(ReadinessOptions)),
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
        .. Module<MailOptions>("notice.mail"),
        .. Module<HttpNoticeOptions>("notice.webhook"),
        .. Module<HttpNoticeOptions>("notice.chat"),
    ];

    /// <summary>Numbers and times that may be 0.</summary>
    public static readonly IReadOnlySet<string> ZeroIsAllowed = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Cluster:SiloPort", "Storage:StartTimeout", "Storage:OwnerTimeout", "Spool:MinFreeBytes", "Gateway:LaneQueue", "Gateway:MaxUnknownHosts", "Modules:source.smtp:LeastRate", "Hosting:AnnounceMargin",
        "Hosting:OutsideGrace", "Hosting:RecordGrace", "Hosting:WaitingFor", "Hosting:LossNote", "Hosting:RemovalPause", "Hosting:ShortestTakeoverWait", "Demo:DelayFactor",
    };

    /// <summary>Files that must exist if they are set.</summary>
    public static readonly IReadOnlyList<string> Files =
    [
        "Gateway:CertificatePath", "Gateway:CertificateKeyPath", "Gateway:ClientCertificateAuthoritiesPath", "Outside:TrustedRootsPath", "Caddy:TrustedRootsPath", "Modules:hostname.caddy:TrustedRootsPath", "Rfc2136:KeySecretFile", "Modules:dns.rfc2136:KeySecretFile",
        "Modules:source.smtp:CertificatePath", "Modules:source.smtp:CertificateKeyPath", "Modules:source.imap:CaPath", "Modules:source.imap:PasswordFile", "Modules:notice.mail:CaPath", "Modules:notice.mail:PasswordFile",
        "Cluster:CertificatePath", "Cluster:CertificateKeyPath", "Cluster:AuthorityPath",
    ];

    private static readonly Grains.NamingOptions Names = new();

    private static readonly string[] Secrets = ["Password", "Token", "Secret", "ConnectionString"];

    /// <summary>Whether a message must not repeat the value.</summary>
    public static bool IsSecret(string key) => Secrets.Any(word => key.EndsWith(word, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<SettingsSection> Module<T>(string id, string? section = null) =>
        new[] { section, "Modules:" + id }.OfType<string>().Select(path => new SettingsSection(path, typeof(T)) { Module = id });

    /// <summary>Section <c>Hosting</c>: the source of <see cref="Grains.NamingOptions"/>, and the selected providers.</summary>
    internal sealed class HostingNames
    {
        /// <summary>CNAME targets are <c>TOKEN.TARGET</c>.</summary>
        public string? Target { get; set; } = Names.HostingTarget;

        /// <summary>
        /// What terminates HTTPS for policy hosts. <c>Local</c>: your own server; <c>Cloudflare</c>: see modules/Cloudflare; <c>Caddy</c>: your own Caddy, with a certificate for each
        /// policy host, see modules/Caddy; or the name that a plug-in offers.
        /// </summary>
        public string? Provider { get; set; } = Names.HostnameProvider;

        /// <summary>The module that writes <see cref="RecordZone"/>. <c>Rfc2136</c>: see modules/Rfc2136; <c>Cloudflare</c>: see modules/Cloudflare; or the name that a plug-in offers.</summary>
        public string? DnsProvider { get; set; }

        /// <summary>A zone of yours for delegated records: owners can then delegate <c>_mta-sts</c> and <c>_smtp._tls</c> with one CNAME each.</summary>
        public string? RecordZone { get; set; }
    }

    /// <summary>Section <c>Intake</c>.</summary>
    internal sealed class IntakeNames
    {
        /// <summary>Report addresses are <c>TOKEN@DOMAIN</c>.</summary>
        public string? MailDomain { get; set; } = Names.IntakeMailDomain;

        /// <summary>Public URL of <c>POST /tlsrpt</c>, shown in the reporting record as a second address.</summary>
        public string? HttpsUrl { get; set; }
    }

    /// <summary>Section <c>Dns</c>.</summary>
    internal sealed class DnsNames
    {
        /// <summary>Name servers, addresses separated by commas: <c>127.0.0.1:5353,[::1]:53</c>. Default: those of the system.</summary>
        public string? Servers { get; set; }

        /// <summary>
        /// Believes these servers when they say that they validated an answer with DNSSEC (the AD bit); needed to judge DANE. Set it only if they validate, and if nobody can forge
        /// answers on the network between. Default: true if all servers are on loopback, else false, and DANE is shown as not validated.
        /// </summary>
        public bool? TrustAuthenticatedData { get; set; }
    }

    /// <summary>Section <c>Demo</c>.</summary>
    internal sealed class DemoNames
    {
        /// <summary>With <c>--demo</c>: the fraction of Cloudflare's delays that the simulator uses.</summary>
        public double DelayFactor { get; set; } = 0.2;
    }
}
