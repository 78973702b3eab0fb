namespace MtaSts.Grains.Dkim;

/// <summary>Tag lists of DKIM signatures and key records, and of DMARC records (RFC 6376 §3.2).</summary>
internal static class TagList
{
    /// <summary>Maximum number of tags; real lists have about ten.</summary>
    private const int MaxTags = 40;

    /// <summary>The tags by name; null when it is not a tag list, repeats a tag (which §3.2 forbids), or is longer than any real one.</summary>
    public static IReadOnlyDictionary<string, string>? Parse(string text)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(';'))
        {
            var tag = part.AsSpan().Trim();
            if (tag.IsEmpty)
                continue;
            var equals = tag.IndexOf('=');
            if (equals <= 0 || tags.Count == MaxTags || !tags.TryAdd(tag[..equals].TrimEnd().ToString(), tag[(equals + 1)..].Trim().ToString()))
                return null;
        }
        return tags;
    }

    /// <summary>Splits a colon-separated value, without white space, in lower case.</summary>
    public static string[] Colons(string value) => value.ToLowerInvariant().Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
