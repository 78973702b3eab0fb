using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MtaSts.Host.Export;

/// <summary>
/// Rows of a CSV file (RFC 4180). Texts are untrusted, and spreadsheets evaluate cells that begin like a formula: an apostrophe before such a sign
/// marks the cell as text. A text may begin more than one cell: where a country's list separator is a semicolon, commas and quotes are ordinary
/// characters.
/// </summary>
internal static class Csv
{
    /// <summary>First in a file: without it spreadsheets read UTF-8 as the country's code page.</summary>
    public const char ByteOrderMark = '\uFEFF';

    private const string FormulaSigns = "=+-@\t\uFF1D\uFF0B\uFF0D\uFF20";
    private const string Separators = ";,\t";

    /// <summary>Characters that may precede the sign in a cell.</summary>
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
        _ => throw new ArgumentException($"{value.GetType().Name} is not a cell value.", nameof(value)),
    };

    /// <summary>On one line, and without a formula at any place where a spreadsheet may begin a cell.</summary>
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
