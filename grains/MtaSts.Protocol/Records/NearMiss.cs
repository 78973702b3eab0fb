namespace MtaSts.Protocol;

/// <summary>Finds text that was probably meant as a record but that senders ignore.</summary>
internal static class NearMiss
{
    public static string? Explain(IReadOnlyList<string> texts, string filter)
    {
        var version = filter[..^1];
        foreach (var text in texts)
        {
            var trimmed = text.AsSpan().Trim();
            if (trimmed is ['"', .., '"'])
                return Rule("A TXT record contains quotation marks as part of its text.", filter, trimmed[1..^1], version);
            if (trimmed.StartsWith(version, StringComparison.OrdinalIgnoreCase))
                return Rule("A TXT record comes near.", filter, trimmed, version);
            if (trimmed.Contains(filter, StringComparison.OrdinalIgnoreCase))
                return $"A TXT record has {filter} but not at its beginning. It must come first.";
        }

        return null;
    }

    private static string? Rule(string what, string filter, ReadOnlySpan<char> text, string version) =>
        text.StartsWith(version, StringComparison.OrdinalIgnoreCase)
            ? $"{what} It must begin with exactly {filter}, in this spelling and without a space before the semicolon."
            : null;
}
