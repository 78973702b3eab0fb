namespace MtaSts.Grains;

/// <summary>A scorecard over a range of days, as it is shown.</summary>
/// <param name="CompleteUntil">The last day whose reports should all have arrived.</param>
public sealed record ScorecardView(
    DateOnly From,
    DateOnly To,
    DateOnly CompleteUntil,
    SessionTotals Sessions,
    int Reports,
    IReadOnlyList<PolicyTypeTotals> ByPolicyType,
    IReadOnlyList<ResultTypeTotals> ByResultType,
    IReadOnlyList<MxHostTotals> ByMxHost,
    IReadOnlyList<OrganizationTotals> ByOrganization,
    IReadOnlyList<ScorecardDay> ByDay);

public sealed record ResultTypeTotals(string ResultType, long Failed);

/// <param name="MxHost">Null: the report names none.</param>
public sealed record MxHostTotals(string? MxHost, long Failed, IReadOnlyList<ResultTypeTotals> ByResultType);
