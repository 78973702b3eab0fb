namespace MtaSts.Host.Export;

/// <summary>What a list is exported as.</summary>
internal enum ExportFormat
{
    /// <summary>RFC 4180, for spreadsheets: one line of names first.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Jsonl,
}
