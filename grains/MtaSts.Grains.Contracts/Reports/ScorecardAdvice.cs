using MtaSts.Protocol.Reports;

namespace MtaSts.Grains;

/// <summary>Which next steps fit a domain: whoever is not hosted here has a policy host of his own to look after.</summary>
public static class ScorecardAdvice
{
    /// <summary>Policies are served here, or are to be.</summary>
    public static bool IsHosted(this DomainView domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Hosting.State != HostingState.Off;
    }

    /// <summary>The scorecard with each explanation's <see cref="Explanation.Next"/> as it fits the domain.</summary>
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

    /// <summary>As <see cref="For(ScorecardView, DomainView)"/>, of result types alone.</summary>
    public static IReadOnlyList<ResultTypeTotals> For(this IReadOnlyList<ResultTypeTotals> types, bool isHosted) =>
        [.. types.Select(type => type with { Explanation = type.Explanation.For(isHosted) })];
}
