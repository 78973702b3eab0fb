namespace MtaSts.Protocol;

/// <summary>One difference in meaning between two policies.</summary>
public abstract record PolicyDifference
{
    private PolicyDifference()
    {
    }

    /// <summary>The mode differs.</summary>
    /// <param name="From">Of the first policy.</param>
    /// <param name="To">Of the second.</param>
    public sealed record Mode(PolicyMode From, PolicyMode To) : PolicyDifference;

    /// <summary>The lifetime differs.</summary>
    /// <param name="From">Of the first policy, in seconds.</param>
    /// <param name="To">Of the second, in seconds.</param>
    public sealed record MaxAge(int From, int To) : PolicyDifference;

    /// <summary>Only the second policy has this pattern.</summary>
    /// <param name="Pattern">The pattern.</param>
    public sealed record MxAdded(MxPattern Pattern) : PolicyDifference;

    /// <summary>Only the first policy has this pattern.</summary>
    /// <param name="Pattern">The pattern.</param>
    public sealed record MxRemoved(MxPattern Pattern) : PolicyDifference;
}
