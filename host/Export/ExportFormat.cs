namespace MtaSts.Host.Export;

/// <summary>What a list is exported as.</summary>
internal enum ExportFormat
{
    /// <summary>RFC 4180, for spreadsheets: one line of names first.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Jsonl,
}

internal static class ExportFormats
{
    public const string Problem = "format is csv or jsonl.";

    /// <summary>CSV when nothing is said; null when what is said is neither.</summary>
    public static ExportFormat? Of(string? format) => format?.ToLowerInvariant() switch
    {
        null or "csv" => ExportFormat.Csv,
        "jsonl" => ExportFormat.Jsonl,
        _ => null,
    };
}
