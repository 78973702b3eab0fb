using MtaSts.Protocol.Reports;

namespace MtaSts.Grains;

/// <summary>Failed sessions, added up by one of the things that tell them apart; most failures first.</summary>
public static class FailureTotals
{
    public static IReadOnlyList<ResultTypeTotals> ByResultType(IEnumerable<ScorecardFailure> failures) =>
        [.. failures.GroupBy(failure => failure.ResultType).Select(group => new ResultTypeTotals(group.Key, Sum(group), Explanations.Of(group.Key)))
            .OrderByDescending(type => type.Failed).ThenBy(type => type.ResultType, StringComparer.Ordinal)];

    public static IReadOnlyList<MxHostTotals> ByMxHost(IEnumerable<ScorecardFailure> failures) =>
        [.. failures.GroupBy(failure => failure.MxHost).Select(group => new MxHostTotals(group.Key, Sum(group), ByResultType(group)))
            .OrderByDescending(host => host.Failed).ThenBy(host => host.MxHost, StringComparer.Ordinal)];

    public static IReadOnlyList<OrganizationFailures> ByOrganization(IEnumerable<ScorecardFailure> failures) =>
        [.. failures.GroupBy(failure => failure.Organization).Select(group => new OrganizationFailures(group.Key, Sum(group), ByResultType(group)))
            .OrderByDescending(organization => organization.Failed).ThenBy(organization => organization.Organization, StringComparer.Ordinal)];

    public static IReadOnlyList<NetworkTotals> ByNetwork(IEnumerable<ScorecardFailure> failures) =>
        [.. failures.GroupBy(failure => failure.Network)
            .Select(group => new NetworkTotals(group.Key, [.. group.Select(failure => failure.Organization).Distinct().Order(StringComparer.Ordinal)], Sum(group)))
            .OrderByDescending(network => network.Failed).ThenBy(network => network.Network, StringComparer.Ordinal)];

    /// <summary>Stops at the largest number.</summary>
    public static long Sum(IEnumerable<ScorecardFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        return failures.Aggregate(0L, (sum, failure) => SessionCount.Add(sum, failure.Failed));
    }
}
