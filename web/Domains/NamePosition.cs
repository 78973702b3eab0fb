namespace MtaSts.Web.Domains;

/// <summary>Where a name, or the beginning of one, stands in the ordinally sorted list of domains.</summary>
internal static class NamePosition
{
    /// <summary>What to ask the list for names after, so that the first is the one sought or its next neighbour; null: from the start.</summary>
    public static string? Before(string? sought)
    {
        var text = sought?.Trim().ToLowerInvariant() ?? "";
        return text.Length == 0 ? null : text[..^1] + (char)(text[^1] - 1) + char.MaxValue;
    }
}
