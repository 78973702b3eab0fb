using System.Globalization;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Operation;

/// <summary>A time in which storage took no writes.</summary>
/// <param name="Since">Its beginning.</param>
/// <param name="LastAt">When it was last seen.</param>
/// <param name="IsFull">The disk of the store was full.</param>
public sealed record StorageFailure(DateTimeOffset Since, DateTimeOffset LastAt, bool IsFull);

/// <summary>What of a silo's status its operator is notified of. The status page shows the same status.</summary>
public static class ServiceConditions
{
    /// <summary>A smaller share of the spool is used in every outage of storage: no news.</summary>
    public const double LeastSpoolShare = 0.1;

    /// <summary>From this share on reports may soon be refused.</summary>
    public const double LateSpoolShare = 0.75;

    /// <summary>How long a failure of storage is shown after its end: it cannot be stored before.</summary>
    public static readonly TimeSpan StorageFailureFor = TimeSpan.FromHours(1);

    /// <summary>Steps of a share, so that the alert does not change every minute.</summary>
    private const int ShareSteps = 10;

    /// <summary>All conditions of the silo.</summary>
    /// <param name="status">As the status page shows it.</param>
    /// <param name="storage">The last failure of storage since the start; null: none.</param>
    /// <param name="now">Calendar time.</param>
    public static IReadOnlyList<AlertCondition> Of(ServiceStatus status, StorageFailure? storage, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(status);
        AlertCondition?[] all =
        [
            status.IntakeSilentSince is { } since ? AlertCondition.Of(AlertKinds.ServiceIntakeStopped).With(AlertParameters.Since, since) : null,
            Spool(status.Spool),
            status.Spool.Problem is null ? null : AlertCondition.Of(AlertKinds.ServiceSpoolUnusable),
            Modules(status, PluginHealth.Failing, AlertKinds.ServiceModuleFailing),
            Modules(status, PluginHealth.Unusable, AlertKinds.ServiceModuleUnusable),
            CertificateEnds(status.Certificate),
            status.Certificate is { Problems.Count: > 0 } ? AlertCondition.Of(AlertKinds.ServiceCertificateUnusable) : null,
            status.ClockProblem is null ? null : AlertCondition.Of(AlertKinds.ServiceClockDiffers),
            status.Port25 == Port25Block.None ? null : AlertCondition.Of(AlertKinds.ServicePort25Blocked).With(AlertParameters.All, status.Port25 == Port25Block.All),
            storage is { } failure && now - failure.LastAt < StorageFailureFor
                ? AlertCondition.Of(AlertKinds.ServiceStorageFailed).With(AlertParameters.Since, failure.Since).With(AlertParameters.Full, failure.IsFull)
                : null,
        ];
        return [.. all.OfType<AlertCondition>()];
    }

    private static AlertCondition? Spool(SpoolView spool) => spool is not { Share: >= LeastSpoolShare, Since: { } since } ? null
        : AlertCondition.Of(AlertKinds.ServiceSpoolGrowing)
            .With(AlertParameters.Share, (Math.Floor(spool.Share * ShareSteps) * 100 / ShareSteps).ToString(CultureInfo.InvariantCulture))
            .With(AlertParameters.Since, since)
            .With(AlertParameters.Late, spool.Share >= LateSpoolShare);

    private static AlertCondition? Modules(ServiceStatus status, PluginHealth health, string kind)
    {
        var modules = status.Plugins.Where(module => module.Health == health).OrderBy(Name, StringComparer.Ordinal).ToArray();
        return modules.Length == 0 ? null
            : AlertCondition.Of(kind).With(AlertParameters.Modules, [.. modules.Select(Name)]).With(AlertParameters.Reported, [.. modules.Select(module => module.LastFault?.Message ?? "")]);

        static string Name(PluginView module) => module.Id ?? Path.GetFileName(module.Path) ?? "";
    }

    private static AlertCondition? CertificateEnds(ServiceCertificate? certificate) => certificate is null or { Term: CertificateTerm.Good } ? null
        : AlertCondition.Of(AlertKinds.ServiceCertificateEnds)
            .With(AlertParameters.Until, certificate.NotAfter.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            .With(AlertParameters.Late, certificate.Term != CertificateTerm.RenewalLate);
}
