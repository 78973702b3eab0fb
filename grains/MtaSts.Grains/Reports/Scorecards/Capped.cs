using System.Collections.Immutable;

namespace MtaSts.Grains.Reports;

/// <summary>Rows that are summed by name, with a limited number of names, because names are untrusted.</summary>
internal static class Capped
{
    /// <summary>Replaces a name beyond a limit. Host names contain no parentheses.</summary>
    public const string Other = ScorecardDay.Other;

    /// <summary>Maximum characters of a name: the longest host name.</summary>
    public const int MaxName = 253;

    public static string Name(string name) => name.Length <= MaxName ? name : name[..MaxName];

    /// <summary>The name itself when the rows contain it or have room for another, otherwise <paramref name="other"/>.</summary>
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
