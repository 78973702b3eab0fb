using System.Collections.Immutable;

namespace MtaSts.Grains.Reports;

/// <summary>Rows that are added up by a name, of which only so many are told apart: names are an outsider's choice.</summary>
internal static class Capped
{
    /// <summary>Takes the place of a name beyond a cap. Parentheses stand in no host name.</summary>
    public const string Other = ScorecardDay.Other;

    /// <summary>Characters of a name that are kept: the longest host name.</summary>
    public const int MaxName = 253;

    public static string Name(string name) => name.Length <= MaxName ? name : name[..MaxName];

    /// <summary>The name itself when the rows know it or have room for another, else <paramref name="other"/>.</summary>
    public static string? Known<T>(IEnumerable<T> rows, Func<T, string?> name, string? wanted, int cap, string other = Other)
    {
        if (wanted is null)
            return null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (name(row) is not { } known || known == other)
                continue;
            if (known == wanted)
                return wanted;
            names.Add(known);
        }
        return names.Count < cap ? wanted : other;
    }

    public static ImmutableArray<T> Merge<T>(ImmutableArray<T> rows, Predicate<T> same, T row, Func<T, T, T> sum)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (same(rows[i]))
                return rows.SetItem(i, sum(rows[i], row));
        }
        return rows.Add(row);
    }
}
