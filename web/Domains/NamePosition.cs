namespace MtaSts.Web.Domains;

/// <summary>Position of a name, or of a prefix, in the ordinally sorted list of domains.</summary>
internal static class NamePosition
{
    /// <summary>The name after which to read the list, so that the first result is the name sought or the next one; null: from the start.</summary>
    public static string? Before(string? sought)
    {
        var text = sought?.Trim().ToLowerInvariant() ?? "";
        return text.Length == 0 ? null : text[..^1] + (char)(text[^1] - 1) + char.MaxValue;
    }
}
