namespace MtaSts.Grains;

/// <summary>What tells failed sessions apart.</summary>
public enum FailureFacet
{
    ResultType,
    MxHost,
    Organization,
    Network,
    PolicyType,
}

/// <summary>The failures somebody looks at: for each facet the one value that is meant, or all. Immutable.</summary>
public sealed class FailureFocus
{
    /// <summary>The value of failures whose report names none: no MX host, no network, no policy type.</summary>
    public const string Unnamed = "";

    private readonly Dictionary<FailureFacet, string> chosen;

    private FailureFocus(Dictionary<FailureFacet, string> chosen) => this.chosen = chosen;

    /// <summary>All failures.</summary>
    public static FailureFocus All { get; } = new([]);

    /// <summary>In the order of the facets.</summary>
    public IReadOnlyList<KeyValuePair<FailureFacet, string>> Chosen => [.. chosen.OrderBy(choice => choice.Key)];

    public bool IsAll => chosen.Count == 0;

    /// <summary>The value meant; null: all.</summary>
    public string? this[FailureFacet facet] => chosen.GetValueOrDefault(facet);

    /// <summary>Only this value of the facet; chosen again, or null, all of them.</summary>
    public FailureFocus With(FailureFacet facet, string? value)
    {
        var next = new Dictionary<FailureFacet, string>(chosen);
        if (value is null || this[facet] == value)
            next.Remove(facet);
        else
            next[facet] = value;
        return new(next);
    }

    /// <summary>The failures that are meant.</summary>
    /// <param name="except">A facet whose choice is left out: the values to choose from besides the chosen one.</param>
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
        _ => throw new ArgumentOutOfRangeException(nameof(facet), facet, "This is no facet of a failure."),
    };
}
