using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>Selects the next steps for a domain: the owner of a domain that is not hosted here runs the policy host.</summary>
public static class ScorecardAdvice
{
    /// <summary>Policies are, or will be, served here.</summary>
    public static bool IsHosted(this DomainView domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Hosting.State != HostingState.Off;
    }

    /// <summary>The scorecard with each explanation's <see cref="Explanation.Next"/> adapted to the domain.</summary>
    public static ScorecardView For(this ScorecardView scorecard, DomainView domain)
    {
        ArgumentNullException.ThrowIfNull(scorecard);
        var hosted = domain.IsHosted();
        return scorecard with
        {
            ByResultType = scorecard.ByResultType.For(hosted),
            ByMxHost = [.. scorecard.ByMxHost.Select(host => host with { ByResultType = host.ByResultType.For(hosted) })],
            ByReason = [.. scorecard.ByReason.Select(reason => reason with { Explanation = reason.Explanation?.For(hosted) })],
        };
    }

    /// <summary>As <see cref="For(ScorecardView, DomainView)"/>, for result types only.</summary>
    public static IReadOnlyList<ResultTypeTotals> For(this IReadOnlyList<ResultTypeTotals> types, bool isHosted) =>
        [.. types.Select(type => type with { Explanation = type.Explanation.For(isHosted) })];
}
