namespace MtaSts.Grains;

/// <summary>Names in messages for people.</summary>
internal static class Names
{
    /// <summary>Names that are listed; an outsider may bring a thousand.</summary>
    private const int MaxListed = 10;

    /// <summary>Characters of a name; an outsider may bring anything for one.</summary>
    private const int MaxLength = 100;

    /// <summary><c>a, b and 3 more</c>.</summary>
    public static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxListed).Select(name => name.Length <= MaxLength ? name : name[..MaxLength] + "…")) + (names.Count > MaxListed ? $" and {names.Count - MaxListed} more" : "");
}
