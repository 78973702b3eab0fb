namespace MtaSts.Host.Export;

/// <summary>Format of an export.</summary>
internal enum ExportFormat
{
    /// <summary>RFC 4180, for spreadsheets: with a header line.</summary>
    Csv,

    /// <summary>One JSON object for each line.</summary>
    Jsonl,
}

internal static class ExportFormats
{
    public const string Problem = "format is csv or jsonl.";

    /// <summary>CSV by default; null for an unknown format.</summary>
    public static ExportFormat? Of(string? format) => format?.ToLowerInvariant() switch
    {
        null or "csv" => ExportFormat.Csv,
        "jsonl" => ExportFormat.Jsonl,
        _ => null,
    };
}
