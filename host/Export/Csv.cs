using System.Globalization;
using System.Text;

namespace MtaSts.Host.Export;

/// <summary>
/// Rows of a CSV file (RFC 4180). Texts come from strangers, and spreadsheets run what begins like a formula: such a cell gets an apostrophe before it, which they
/// take as "this is text".
/// </summary>
internal static class Csv
{
    private const string FormulaSigns = "=+-@\t\r\n";

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
        string text => Quoted(FormulaSigns.Contains(text.Length == 0 ? ' ' : text[0], StringComparison.Ordinal) ? "'" + text : text),
        bool yes => yes ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset moment => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value.GetType().Name} is no cell.", nameof(value)),
    };

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") || text.Length > 0 && (text[0] == ' ' || text[^1] == ' ')
        ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
        : text;
}
