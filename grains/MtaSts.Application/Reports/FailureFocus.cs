using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>Properties that distinguish failed sessions.</summary>
public enum FailureFacet
{
    ResultType,
    MxHost,
    Organization,
    Network,
    PolicyType,
}

/// <summary>A selection of failures: for each facet one chosen value, or all. Immutable.</summary>
public sealed class FailureFocus
{
    /// <summary>The value of failures without one: no MX host, no network, no policy type.</summary>
    public const string Unnamed = "";

    private readonly Dictionary<FailureFacet, string> chosen;

    private FailureFocus(Dictionary<FailureFacet, string> chosen) => this.chosen = chosen;

    /// <summary>All failures.</summary>
    public static FailureFocus All { get; } = new([]);

    /// <summary>In the order of the facets.</summary>
    public IReadOnlyList<KeyValuePair<FailureFacet, string>> Chosen => [.. chosen.OrderBy(choice => choice.Key)];

    public bool IsAll => chosen.Count == 0;

    /// <summary>The chosen value; null: all.</summary>
    public string? this[FailureFacet facet] => chosen.GetValueOrDefault(facet);

    /// <summary>Selects only this value of the facet; if already chosen, or null, selects all.</summary>
    public FailureFocus With(FailureFacet facet, string? value)
    {
        var next = new Dictionary<FailureFacet, string>(chosen);
        if (value is null || this[facet] == value)
            next.Remove(facet);
        else
            next[facet] = value;
        return new(next);
    }

    /// <summary>The selected failures.</summary>
    /// <param name="except">A facet whose choice is ignored, to list the other values to choose from.</param>
    public IEnumerable<ScorecardFailure> Of(IEnumerable<ScorecardFailure> failures, FailureFacet? except = null)
    {
        var meant = chosen.Where(choice => choice.Key != except).ToArray();
        return failures.Where(failure => meant.All(choice => Value(failure, choice.Key) == choice.Value));
    }

    private static string Value(ScorecardFailure failure, FailureFacet facet) => facet switch
    {
        FailureFacet.ResultType => failure.ResultType,
        FailureFacet.MxHost => failure.MxHost ?? Unnamed,
        FailureFacet.Organization => failure.Organization,
        FailureFacet.Network => failure.Network ?? Unnamed,
        FailureFacet.PolicyType => failure.PolicyType,
        _ => throw new ArgumentOutOfRangeException(nameof(facet), facet, "This is not a facet of a failure."),
    };
}
