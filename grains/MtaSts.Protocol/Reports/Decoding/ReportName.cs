namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>File names that only a report has.</summary>
internal static class ReportName
{
    private static readonly string[] Endings = [".json", ".json.gz", ".json.gzip", ".jsonl", ".jsonl.gz"];

    public static bool Claims(string? name) => name is not null && Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
