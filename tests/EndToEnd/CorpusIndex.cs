namespace MtaSts.EndToEnd;

/// <summary>The corpus of real reports, by its index.</summary>
internal static class CorpusIndex
{
    /// <summary>The rows that are deliveries and not vectors beside them.</summary>
    public static IEnumerable<(string Path, byte[] Raw, string Verdict)> Deliveries(string folder)
    {
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(folder, "INDEX.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..].Split(' ')[0];
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length < 6 || section == "_vectors" || !File.Exists(Path.Combine(folder, section, cells[1])) || Path.GetExtension(cells[1]) is ".md" or ".txt")
                continue;
            yield return (Path.Combine(folder, section, cells[1]), File.ReadAllBytes(Path.Combine(folder, section, cells[1])), cells[3]);
        }
    }
}
