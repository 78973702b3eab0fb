namespace MtaSts.Protocol;

/// <summary>Compares two policy files byte for byte, and says of each difference whether senders notice it.</summary>
public static class PolicyBodyComparison
{
    private static readonly string[] Known = ["version", "mode", "max_age", "mx"];

    /// <summary>The differences; empty when the files are identical.</summary>
    /// <param name="theirs">A file that <see cref="PolicyReader.ReadTolerant"/> accepts.</param>
    /// <param name="ours">A file of <see cref="PolicyWriter"/>.</param>
    public static IReadOnlyList<PolicyBodyDifference> Compare(string theirs, string ours)
    {
        ArgumentNullException.ThrowIfNull(theirs);
        ArgumentNullException.ThrowIfNull(ours);
        if (string.Equals(theirs, ours, StringComparison.Ordinal))
            return [];
        var found = new List<PolicyBodyDifference>();
        if (theirs.Replace("\r\n", "", StringComparison.Ordinal).Contains('\n', StringComparison.Ordinal))
            found.Add(new(PolicyBodyDifferenceKind.LineEnds, [], []));
        if (!theirs.EndsWith('\n'))
            found.Add(new(PolicyBodyDifferenceKind.LastLineEnd, [], []));
        var lines = Lines(theirs);
        Add(PolicyBodyDifferenceKind.Spacing, line => !string.Equals(line, Spaced(line), StringComparison.Ordinal));
        lines = [.. lines.Select(Spaced)];
        Add(PolicyBodyDifferenceKind.UnknownFields, static line => !Known.Contains(Key(line), StringComparer.Ordinal));
        lines = [.. lines.Where(static line => Known.Contains(Key(line), StringComparer.Ordinal))];
        Add(PolicyBodyDifferenceKind.Case, static line => IsMx(line) && line.Any(char.IsAsciiLetterUpper));
        lines = [.. lines.Select(static line => IsMx(line) ? line.ToLowerInvariant() : line)];
        var first = new HashSet<string>(StringComparer.Ordinal);
        var repeated = lines.Where(line => !first.Add(IsMx(line) ? line : Key(line))).ToArray();
        if (repeated.Length > 0)
            found.Add(new(PolicyBodyDifferenceKind.Repeated, repeated, []));
        first.Clear();
        lines = [.. lines.Where(line => first.Add(IsMx(line) ? line : Key(line)))];
        var published = Lines(ours);
        if (!lines.ToHashSet(StringComparer.Ordinal).SetEquals(published))
            found.Add(new(PolicyBodyDifferenceKind.Meaning, [.. lines.Except(published)], [.. published.Except(lines)]));
        else if (!lines.SequenceEqual(published))
            found.Add(new(PolicyBodyDifferenceKind.Order, [], []));
        return found;

        void Add(PolicyBodyDifferenceKind kind, Func<string, bool> isSo)
        {
            if (lines.Where(isSo).ToArray() is { Length: > 0 } concerned)
                found.Add(new(kind, concerned, []));
        }
    }

    private static string[] Lines(string file)
    {
        var lines = file.Split('\n').Select(static line => line.EndsWith('\r') ? line[..^1] : line).ToArray();
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static string Spaced(string line) => line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? $"{line[..colon]}: {line[(colon + 1)..].Trim(' ', '\t')}" : line.TrimEnd(' ', '\t');

    private static string Key(string line) => line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? line[..colon] : line;

    private static bool IsMx(string line) => line.StartsWith("mx:", StringComparison.Ordinal);
}
