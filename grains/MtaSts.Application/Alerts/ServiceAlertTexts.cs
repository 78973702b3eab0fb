using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Alerts;

/// <summary>The texts of alerts about the service itself, for its operator.</summary>
internal static class ServiceAlertTexts
{
    /// <summary>Modules that are described; the others are counted.</summary>
    private const int MaxModules = 3;

    public static Words IntakeStopped(Facts facts) => new(
        AlertSeverity.Warning,
        "No reports arrive at this service",
        $"No report was counted for any domain since {Moment(facts)}, although reports are due. Owners are not notified of missing reports meanwhile.{Silos(facts)}",
        "Check the report sources, and whether mail for the report addresses reaches this service.");

    public static Words SpoolGrowing(Facts facts) => new(
        facts.Is(AlertParameters.Late) ? AlertSeverity.Critical : AlertSeverity.Warning,
        "Reports wait in the offline queue",
        $"The offline queue has used {Share(facts)} % of its limit, and its oldest report has waited since {Moment(facts)}. When it is full, senders are asked to retry, and many do not.{Silos(facts)}",
        "Make the store available again. Until then, raise Spool:MaxBytes if the disk has room.");

    public static Words SpoolUnusable(Facts facts) => new(
        AlertSeverity.Warning,
        "The offline queue is not available",
        $"Reports cannot be kept on the disk while the store is unavailable: the disk is full, or the folder cannot be used.{Silos(facts)}",
        "The settings page and the log name the cause. Free space on that disk, or set Spool:Path to another folder.");

    public static Words ModuleFailing(Facts facts) => new(
        AlertSeverity.Warning,
        "A module fails",
        $"{Modules(facts)}{Silos(facts)}",
        "Correct the cause that the module reports. The settings page shows all modules.");

    public static Words ModuleUnusable(Facts facts) => new(
        AlertSeverity.Warning,
        "A module cannot be used",
        $"Not loaded, or not configured: {Modules(facts)}{Silos(facts)}",
        "Correct the module's settings or its files, then restart the service.");

    public static Words CertificateEnds(Facts facts) => new(
        facts.Is(AlertParameters.Late) ? AlertSeverity.Critical : AlertSeverity.Warning,
        "The certificate of the gateway was not renewed",
        $"The certificate that the gateway presents is valid until {facts.Text(AlertParameters.Until)} and should have been renewed by now. With an expired certificate, senders cannot get any policy.{Silos(facts)}",
        "Check the renewal of the certificate, and that the new files are at the configured path.");

    public static Words CertificateUnusable(Facts facts) => new(
        AlertSeverity.Warning,
        "The new certificate of the gateway cannot be used",
        $"The certificate files of the gateway cannot be used, so it presents an earlier certificate until that expires.{Silos(facts)}",
        "The settings page names the cause. Correct the files; they are read again automatically.");

    public static Words ClockDiffers(Facts facts) => new(
        AlertSeverity.Warning,
        "The system clock is not trusted",
        $"The system clock differs from the time that this service has measured. Dates, and the deletion of old data, do not follow it yet.{Silos(facts)}",
        "If the clock is wrong, set it. If it is right, nothing needs to be done. The settings page shows by how much it differs.");

    public static Words Port25Blocked(Facts facts) => facts.Is(AlertParameters.All)
        ? new(
            AlertSeverity.Warning,
            "Port 25 is blocked",
            $"No MX host accepts connections from this service to port 25: its network probably blocks them. MX hosts are not watched.{Silos(facts)}",
            "Ask the provider of the network to open outgoing connections to port 25, or set Outside:ProbeMx to false.")
        : new(
            AlertSeverity.Warning,
            "Port 25 is blocked over IPv6",
            $"No MX host accepts connections from this service to port 25 over IPv6, but over IPv4 they do. MX hosts are watched over IPv4 only.{Silos(facts)}",
            "Check the IPv6 route of the machine.");

    public static Words StorageFailed(Facts facts) => new(
        AlertSeverity.Critical,
        facts.Is(AlertParameters.Full) ? "The disk of the store was full" : "The store was not available",
        $"{(facts.Is(AlertParameters.Full) ? "The disk of the store was full" : "The store took no writes")}, first at {Moment(facts)} and within the last hour. Meanwhile policies were served, and changes and reports were not stored.{Silos(facts)}",
        facts.Is(AlertParameters.Full) ? "Free more space on that disk." : "The log names the cause.");

    private static string Modules(Facts facts)
    {
        var names = facts.All(AlertParameters.Modules);
        var rows = names.Take(MaxModules).Select((name, row) => facts.At(AlertParameters.Reported, row) is { Length: > 0 } reported ? $"{NameList.Text([name])} ({NameList.Text([reported])})" : NameList.Text([name]));
        return string.Join(", ", rows) + (names.Length > MaxModules ? $" and {names.Length - MaxModules} more" : "") + ".";
    }

    private static string Share(Facts facts) => NameList.Text([.. facts.All(AlertParameters.Share).OrderByDescending(static share => share.Length).ThenByDescending(static share => share, StringComparer.Ordinal).Take(1)]);

    private static string Moment(Facts facts) => facts.Text(AlertParameters.Since).Replace('T', ' ').Replace("Z", " UTC", StringComparison.Ordinal);

    private static string Silos(Facts facts) => facts.All(AlertParameters.Silos) is { Length: > 0 } silos ? $" Seen by {NameList.Text(silos)}." : "";
}
