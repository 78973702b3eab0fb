namespace MtaSts.Protocol;

/// <summary>Formats untrusted names for a sentence, with bounded number and length.</summary>
public static class NameList
{
    /// <summary>Names that are listed before the rest is counted.</summary>
    private const int MaxListed = 10;

    /// <summary>Characters of a name that are shown.</summary>
    private const int MaxLength = 100;

    /// <summary><c>a, b and 3 more</c>.</summary>
    public static string Text(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return string.Join(", ", names.Take(MaxListed).Select(static name => name.Length <= MaxLength ? name : name[..MaxLength] + "…")) + (names.Count > MaxListed ? $" and {names.Count - MaxListed} more" : "");
    }
}
