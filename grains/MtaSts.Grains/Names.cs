namespace MtaSts.Grains;

/// <summary>Names in messages for people.</summary>
internal static class Names
{
    /// <summary>Names that are listed; an outsider may bring a thousand.</summary>
    private const int MaxListed = 10;

    /// <summary><c>a, b and 3 more</c>.</summary>
    public static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxListed)) + (names.Count > MaxListed ? $" and {names.Count - MaxListed} more" : "");
}
