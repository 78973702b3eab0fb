using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Domains;

/// <summary>A domain's state stores service times; results of the grain contain calendar dates.</summary>
internal static class DomainDates
{
    public static DomainView ToCalendar(DomainView view, ServiceClock clock) => view with
    {
        ClaimedAt = clock.ToCalendar(view.ClaimedAt),
        Policy = view.Policy is { } policy ? ToCalendar(policy, clock) : null,
        EarlierReportAddresses = [.. view.EarlierReportAddresses.Select(earlier => earlier with { ReplacedAt = clock.ToCalendar(earlier.ReplacedAt), WorksUntil = clock.ToCalendar(earlier.WorksUntil) })],
        LastObservation = view.LastObservation is { } seen ? seen with { At = clock.ToCalendar(seen.At) } : null,
        Hosting = view.Hosting with
        {
            SafeToRemoveAt = ToPromise(view.Hosting.SafeToRemoveAt, clock),
            Since = ToCalendar(view.Hosting.Since, clock),
            CertificateExpiresAt = ToCalendar(view.Hosting.CertificateExpiresAt, clock),
            AnnounceAt = ToPromise(view.Hosting.AnnounceAt, clock),
            OutsideAt = ToCalendar(view.Hosting.OutsideAt, clock),
        },
    };

    public static IReadOnlyList<PolicyVersionView> ToCalendar(IReadOnlyList<PolicyVersionView> versions, ServiceClock clock) => [.. versions.Select(version => ToCalendar(version, clock))];

    private static PolicyVersionView ToCalendar(PolicyVersionView version, ServiceClock clock) => version with
    {
        CreatedAt = clock.ToCalendar(version.CreatedAt),
        ServedFrom = ToCalendar(version.ServedFrom, clock),
        ServedUntil = ToCalendar(version.ServedUntil, clock),
    };

    private static DateTimeOffset? ToCalendar(DateTimeOffset? moment, ServiceClock clock) => moment is { } known ? clock.ToCalendar(known) : null;

    private static DateTimeOffset? ToPromise(DateTimeOffset? moment, ServiceClock clock) => moment is { } known ? clock.ToPromise(known) : null;
}
