using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Reports;
using MtaSts.Host.Bootstrap;
using MtaSts.Host.Clustering;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Dns;
using MtaSts.Host.Gateway;
using MtaSts.Host.Mx;
using MtaSts.Host.Spool;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Smtp;
using MtaSts.Storage;
using MtaSts.Web;

namespace MtaSts.Host.Settings;

/// <summary>Checks values together: names, addresses, files, ranges and contradictions. Requires a configuration whose values all have their types.</summary>
internal static partial class SettingsRules
{
    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        [.. Names(configuration), .. Addresses(configuration), .. ListenerRules.Problems(configuration), .. FileRules.Problems(configuration), .. Gateway(configuration),
            .. HostingRules.Problems(configuration.GetSection("Hosting").Get<HostingOptions>() ?? new HostingOptions()), .. Connections(configuration), .. Validated(configuration)];

    private static IEnumerable<string> Names(IConfiguration configuration)
    {
        foreach (var key in new[] { "Hosting:Target", "Hosting:RecordZone", "Intake:MailDomain" })
        {
            if (configuration[key] is { } name && !(key == "Hosting:RecordZone" && name.Length == 0) && !DomainName().IsMatch(name.Trim().TrimEnd('.')))
                yield return $"{key} is “{name}”. Write a domain name in ASCII (an internationalised one as xn--…), such as service.example.net.";
        }
        if (configuration["Outside:EhloName"] is { Length: > 0 } ehlo && !EhloName.IsFull(ehlo))
            yield return $"Outside:EhloName is “{ehlo}”. Write a full host name in ASCII (RFC 5321 §4.1.1.1), such as probe.example.net.";
        if (string.IsNullOrWhiteSpace(configuration["Hosting:DnsProvider"]) != string.IsNullOrWhiteSpace(configuration["Hosting:RecordZone"]))
            yield return "Set both Hosting:DnsProvider (the module that writes records) and Hosting:RecordZone (your zone that contains them), or neither.";
        if (configuration["Intake:HttpsUrl"] is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed is { Scheme: "https", Query: "", Fragment: "", UserInfo: "", Port: > 0 } && !url.Any(static letter => char.IsWhiteSpace(letter) || letter is ',' or ';' or '!')))
            yield return $"Intake:HttpsUrl is “{url}”. Write an https:// URL without query, “,”, “;” and “!” (RFC 8460 §3), such as https://tlsrpt.example.net/tlsrpt: it is part of owners' records, and senders post reports there.";
    }

    private static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        if (Caught(() => DnsSetup.Servers(configuration["Dns:Servers"])) is { } servers)
            yield return servers;
        var cluster = configuration.GetSection(ClusterSettings.Section);
        if (configuration["Cluster:Enabled"] is null && cluster.GetChildren().FirstOrDefault(setting => !string.IsNullOrEmpty(setting.Value)) is { } unused)
            yield return $"Cluster:{unused.Key} is set, but Cluster:Enabled is not, so it has no effect. Set Cluster:Enabled to true, or to false to keep the settings of the section for later.";
    }

    private static IEnumerable<string> Gateway(IConfiguration configuration)
    {
        var gateway = configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
        if (ListenUrl.TryParse(gateway.Url, out var urls, out _) && urls.Any(static url => url.IsHttps) && (gateway.CertificatePath is null || gateway.CertificateKeyPath is null))
            yield return "Gateway:Url is https: set Gateway:CertificatePath and Gateway:CertificateKeyPath to PEM files.";
        else if ((gateway.CertificatePath is null) != (gateway.CertificateKeyPath is null))
            yield return "Set both Gateway:CertificatePath and Gateway:CertificateKeyPath, or neither.";
        if (gateway.Lease < TimeSpan.FromSeconds(1) || gateway.Lease > TimeSpan.FromMinutes(10))
            yield return "Gateway:Lease must be between 1 s and 10 min (00:00:01 … 00:10:00).";
        if (gateway.KeepWhenFailing < gateway.Lease || gateway.KeepWhenFailing > TimeSpan.FromDays(365))
            yield return "Gateway:KeepWhenFailing must be between Gateway:Lease and 365 days.";
        if (gateway.Patience < TimeSpan.FromMilliseconds(100) || gateway.Patience > TimeSpan.FromSeconds(30))
            yield return "Gateway:Patience must be between 0.1 s and 30 s.";
        if (gateway.MaxReportMemory < GatewayOptions.LeastReportMemory)
            yield return "Gateway:MaxReportMemory must be 14 MiB (14680064) or more: a report has at most 10 MiB, and a quarter is for small ones.";
        if (configuration["Demo:DelayFactor"] is not null && configuration.GetValue<double>("Demo:DelayFactor") > 100)
            yield return "Demo:DelayFactor must be a number from 0 to 100.";
    }

    /// <summary>The limit for one address cannot exceed the total. Its default follows a lower total.</summary>
    private static IEnumerable<string> Connections(IConfiguration configuration)
    {
        foreach (var (section, usual) in new[] { ("Gateway", new GatewayOptions().MaxConnections), ("Dashboard", new DashboardListenerOptions().MaxConnections), ("Modules:source.smtp", new SmtpOptions().MaxConnections) })
        {
            if (configuration.GetValue<int?>($"{section}:MaxConnectionsPerAddress") is { } each && configuration.GetValue($"{section}:MaxConnections", usual) is var all && each > all)
                yield return $"{section}:MaxConnectionsPerAddress is {each}, more than {section}:MaxConnections ({all}). Set it to that or less.";
        }
    }

    private static IEnumerable<string> Validated(IConfiguration configuration)
    {
        var storage = configuration.GetSection(StorageOptions.Section).Get<StorageOptions>() ?? new StorageOptions();
        return
        [
            .. Failures(new StorageOptionsValidator(), storage),
            .. Failures(new ClusterSettingsValidator(Options.Create(storage)), configuration.GetSection(ClusterSettings.Section).Get<ClusterSettings>()),
            .. Failures(new SpoolOptionsValidator(), configuration.GetSection(SpoolOptions.Section).Get<SpoolOptions>()),
            .. Failures(new GatewayListeningValidator(), configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>()),
            .. Failures(new DashboardListenerOptions.Validator(), configuration.GetSection(DashboardOptions.Section).Get<DashboardListenerOptions>()),
            .. Failures(new RetentionOptionsValidator(), configuration.GetSection("Retention").Get<RetentionOptions>()),
            .. Failures(new BootstrapOptionsValidator(), configuration.GetSection("Bootstrap").Get<BootstrapOptions>()),
            .. (configuration.GetSection(DashboardOptions.Section).Get<PublicUrlOptions>()?.Problem is { } problem ? new[] { problem } : []),
        ];
    }

    private static IEnumerable<string> Failures<T>(IValidateOptions<T> validator, T? options)
        where T : class, new() => validator.Validate(null, options ?? new T()).Failures ?? [];

    private static string? Caught(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    [GeneratedRegex(@"^(?=.{1,190}$)(?!\d+(\.\d+){3}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DomainName();
}
