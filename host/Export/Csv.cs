using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MtaSts.Host.Export;

/// <summary>
/// Rows of a CSV file (RFC 4180). Texts come from strangers, and spreadsheets run what begins like a formula: before such a sign stands an apostrophe, which they
/// take as "this is text". A text may begin more than one cell: where the list separator of a reader's country is a semicolon, commas and quotes are plain letters.
/// </summary>
internal static class Csv
{
    /// <summary>First in a file: without it spreadsheets take UTF-8 for the country's own code page.</summary>
    public const char ByteOrderMark = '\uFEFF';

    private const string FormulaSigns = "=+-@\t\uFF1D\uFF0B\uFF0D\uFF20";
    private const string Separators = ";,\t";

    /// <summary>What may stand between the beginning of a cell and its sign.</summary>
    private const string Skipped = " \"\u00A0";

    private const string LineBreaks = "\r\n\v\f\u0085\u2028\u2029";

    public static string Row(params object?[] cells)
    {
        var row = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                row.Append(',');
            row.Append(Cell(cells[i]));
        }
        return row.Append("\r\n").ToString();
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        string text => Quoted(Harmless(text)),
        bool yes => yes ? "true" : "false",
        Enum name => JsonNamingPolicy.CamelCase.ConvertName(name.ToString()),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset moment => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value.GetType().Name} is no cell.", nameof(value)),
    };

    /// <summary>On one line, and without a formula wherever a reader may begin a cell.</summary>
    private static string Harmless(string text)
    {
        var harmless = new StringBuilder(text.Length + 1);
        var begins = true;
        foreach (var letter in text)
        {
            if (begins && FormulaSigns.Contains(letter, StringComparison.Ordinal))
                harmless.Append('\'');
            var breaks = LineBreaks.Contains(letter, StringComparison.Ordinal);
            harmless.Append(breaks ? ' ' : letter);
            begins = breaks || Separators.Contains(letter, StringComparison.Ordinal) || begins && Skipped.Contains(letter, StringComparison.Ordinal);
        }
        return harmless.ToString();
    }

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",;\"\t") || text.Length > 0 && (text[0] == ' ' || text[^1] == ' ')
        ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
        : text;
}
