using System.Globalization;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Policies;

/// <summary>Human-readable differences between two policies, for the history.</summary>
public static class PolicyChanges
{
    /// <summary>One line for each difference; empty when both mean the same.</summary>
    public static IReadOnlyList<string> Between(PolicyContent older, PolicyContent newer)
    {
        ArgumentNullException.ThrowIfNull(older);
        ArgumentNullException.ThrowIfNull(newer);
        return [.. PolicyComparison.Compare(older.ToPolicy(), newer.ToPolicy()).Select(Text)];
    }

    private static string Text(PolicyDifference difference) => difference switch
    {
        PolicyDifference.Mode mode => $"mode: {mode.From.ToText()} → {mode.To.ToText()}",
        PolicyDifference.MaxAge age => string.Create(CultureInfo.InvariantCulture, $"max_age: {age.From} → {age.To}"),
        PolicyDifference.MxRemoved removed => $"mx removed: {removed.Pattern.Value}",
        PolicyDifference.MxAdded added => $"mx added: {added.Pattern.Value}",
        _ => throw new InvalidOperationException($"A new kind of difference: {difference.GetType().Name}."),
    };
}
