using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Reports;
using MtaSts.Host.Bootstrap;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Dns;
using MtaSts.Host.Gateway;
using MtaSts.Host.Spool;
using MtaSts.Host.Storage;
using MtaSts.Modules.Listening;
using MtaSts.Web;

namespace MtaSts.Host.Settings;

/// <summary>What values mean together: names, addresses, files, ranges and contradictions. Asked with a configuration whose values are all of their types.</summary>
internal static partial class SettingsRules
{
    private const int LongestMaxAge = 31_557_600; // RFC 8461 §3.2
    private const int MostDays = 36_500;

    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        [.. Names(configuration), .. Addresses(configuration), .. Files(configuration), .. Gateway(configuration), .. Hosting(configuration), .. Validated(configuration)];

    private static IEnumerable<string> Names(IConfiguration configuration)
    {
        foreach (var key in new[] { "Hosting:Target", "Hosting:RecordZone", "Intake:MailDomain" })
        {
            if (configuration[key] is { } name && !(key == "Hosting:RecordZone" && name.Length == 0) && !DomainName().IsMatch(name.Trim().TrimEnd('.')))
                yield return $"{key} is “{name}”. Write a domain name in ASCII (an internationalised one as xn--…), such as service.example.net.";
        }
        if (string.IsNullOrWhiteSpace(configuration["Hosting:DnsProvider"]) != string.IsNullOrWhiteSpace(configuration["Hosting:RecordZone"]))
            yield return "Hosting:DnsProvider and Hosting:RecordZone belong together: the module that writes records, and the zone of yours that it writes them in. Set both or neither.";
        if (configuration["Intake:HttpsUrl"] is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed is { Scheme: "https", Query: "", Fragment: "", UserInfo: "" }))
            yield return $"Intake:HttpsUrl is “{url}”. Write an https:// URL without query, such as https://tlsrpt.example.net/tlsrpt: senders post reports there.";
    }

    private static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        if (configuration["Dashboard:Url"] is { } dashboard && string.Equals(dashboard, configuration["Gateway:Url"], StringComparison.OrdinalIgnoreCase))
            yield return $"Gateway:Url and Dashboard:Url are both “{dashboard}”. Give the gateway an address or port of its own: senders must not reach the dashboard.";
        if (Caught(() => DnsSetup.Servers(configuration["Dns:Servers"])) is { } servers)
            yield return servers;
    }

    private static IEnumerable<string> Files(IConfiguration configuration)
    {
        foreach (var key in HostSettings.Files)
        {
            if (configuration[key] is { Length: > 0 } path && !File.Exists(path))
                yield return $"{key} is “{path}”, and there is no such file.";
        }
        if (configuration["Modules:Path"] is { Length: > 0 } folder && !Directory.Exists(folder))
            yield return $"Modules:Path is “{folder}”, and there is no such folder.";
    }

    private static IEnumerable<string> Gateway(IConfiguration configuration)
    {
        var gateway = configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
        if (ListenUrl.TryParse(gateway.Url, out var urls, out _) && urls.Any(static url => url.IsHttps) && (gateway.CertificatePath is null || gateway.CertificateKeyPath is null))
            yield return "Gateway:Url is https: set Gateway:CertificatePath and Gateway:CertificateKeyPath to PEM files.";
        else if ((gateway.CertificatePath is null) != (gateway.CertificateKeyPath is null))
            yield return "Gateway:CertificatePath and Gateway:CertificateKeyPath belong together. Set both or neither.";
        if (gateway.Lease < TimeSpan.FromSeconds(1) || gateway.Lease > TimeSpan.FromMinutes(10))
            yield return "Gateway:Lease must lie between 1 s and 10 min (00:00:01 … 00:10:00).";
        if (gateway.KeepWhenFailing < gateway.Lease || gateway.KeepWhenFailing > TimeSpan.FromDays(365))
            yield return "Gateway:KeepWhenFailing must lie between Gateway:Lease and 365 days.";
        if (gateway.Patience < TimeSpan.FromMilliseconds(100) || gateway.Patience > TimeSpan.FromSeconds(30))
            yield return "Gateway:Patience must lie between 0.1 s and 30 s.";
        if (gateway.MaxReportMemory < GatewayOptions.LeastReportMemory)
            yield return "Gateway:MaxReportMemory must be 14 MiB (14680064) or more: a report has at most 10 MiB, and a quarter is for small ones.";
        if (configuration["Demo:DelayFactor"] is not null && configuration.GetValue<double>("Demo:DelayFactor") > 100)
            yield return "Demo:DelayFactor must be a number from 0 to 100.";
    }

    private static IEnumerable<string> Hosting(IConfiguration configuration)
    {
        var hosting = configuration.GetSection("Hosting").Get<HostingOptions>() ?? new HostingOptions();
        if (hosting.RetiringMaxAge > LongestMaxAge)
            yield return $"Hosting:RetiringMaxAge must be {LongestMaxAge} seconds or less (RFC 8461 §3.2).";
        if (hosting.StartingMaxAge > LongestMaxAge)
            yield return $"Hosting:StartingMaxAge must be {LongestMaxAge} seconds or less (RFC 8461 §3.2).";
        if (hosting.LongestRetry < hosting.FirstRetry)
            yield return "Hosting:LongestRetry must not be shorter than Hosting:FirstRetry.";
        if (hosting.RecordTtl < TimeSpan.FromSeconds(1) || hosting.RecordTtl > TimeSpan.FromDays(7))
            yield return "Hosting:RecordTtl must lie between 1 s and 7 days: senders may see the id before for as long.";
        var retention = configuration.GetSection("Retention").Get<RetentionOptions>() ?? new RetentionOptions();
        foreach (var (plan, days) in new[] { ("Free", retention.Free.AggregateDays), ("Pro", retention.Pro.AggregateDays) })
        {
            if (days > MostDays)
                yield return $"Retention:{plan}:AggregateDays must be {MostDays} or less.";
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
