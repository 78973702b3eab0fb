using System.Globalization;

namespace MtaSts.Bench.Measuring;

/// <summary>The results for people: as text, or as a table in Markdown.</summary>
internal static class Table
{
    public static string Text(Comparison result)
    {
        var goal = result.Goal is { } least ? string.Create(CultureInfo.InvariantCulture, $", goal {least:0.0}{(result.Ratio >= least ? "" : " MISSED")}") : "";
        var note = result.Note.Length > 0 ? $"; {result.Note}" : "";
        return $"{result.What}: {Comparison.Rate(result.Ours)} beside {Comparison.Rate(result.Theirs)} ({result.Beside}): ratio {result.RatioText}{goal}{note}";
    }

    public static string Markdown(IEnumerable<Comparison> results, DateTimeOffset now)
    {
        var rows = results.Select(r => $"| {r.What} | {Comparison.Rate(r.Ours)} | {r.Beside}: {Comparison.Rate(r.Theirs)} | {r.RatioText} | {r.Note} |");
        return $"""
            | what | ours | beside | ratio, median (min–max) | notes |
            |---|---|---|---|---|
            {string.Join('\n', rows)}

            Measured {now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} on {Machine.Text}; both sides in one run, round by round.
            """;
    }
}
