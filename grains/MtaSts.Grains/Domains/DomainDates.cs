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
        Rollout = ToCalendar(view.Rollout, clock),
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

    public static RolloutView ToCalendar(RolloutView rollout, ServiceClock clock) => rollout with
    {
        ChosenAt = ToCalendar(rollout.ChosenAt, clock),
        Planned = rollout.Planned is { } planned ? planned with { AnnouncedAt = clock.ToCalendar(planned.AnnouncedAt), DueAt = clock.ToPromise(planned.DueAt) } : null,
    };

    private static PolicyVersionView ToCalendar(PolicyVersionView version, ServiceClock clock) => version with
    {
        CreatedAt = clock.ToCalendar(version.CreatedAt),
        ServedFrom = ToCalendar(version.ServedFrom, clock),
        ServedUntil = ToCalendar(version.ServedUntil, clock),
    };

    private static DateTimeOffset? ToCalendar(DateTimeOffset? moment, ServiceClock clock) => moment is { } known ? clock.ToCalendar(known) : null;

    private static DateTimeOffset? ToPromise(DateTimeOffset? moment, ServiceClock clock) => moment is { } known ? clock.ToPromise(known) : null;
}
