using MtaSts.Application.Reports;

namespace MtaSts.Web.Reports;

/// <summary>One day's bar, also for days without reports.</summary>
internal readonly record struct DayBar(DateOnly Day, long Successful, long Failed, int Reports)
{
    public long All => Successful + Failed;
}

/// <summary>The days of a range in order, and the scale they are drawn on.</summary>
internal sealed class DayAxis
{
    private const int Labels = 5;

    public DayAxis(ScorecardView scorecard)
    {
        var known = scorecard.ByDay.ToDictionary(day => day.Day);
        Bars = [.. Enumerable.Range(0, scorecard.To.DayNumber - scorecard.From.DayNumber + 1)
            .Select(offset => scorecard.From.AddDays(offset))
            .Select(day => known.TryGetValue(day, out var value) ? new DayBar(day, value.Sessions.Successful, value.Sessions.Failed, value.Reports) : new DayBar(day, 0, 0, 0))];
        Top = NiceTop(Bars.Max(bar => bar.All));
        LabelEvery = Math.Max(1, (int)Math.Ceiling(Bars.Count / (double)Labels));
    }

    public IReadOnlyList<DayBar> Bars { get; }

    /// <summary>The number at the upper end of the scale.</summary>
    public long Top { get; }

    /// <summary>Number of days between labels.</summary>
    public int LabelEvery { get; }

    /// <summary>Height of a number, of <paramref name="full"/>.</summary>
    public double Height(long number, double full) => full * number / Top;

    /// <summary>The next round even number, so that its half can be labelled too.</summary>
    private static long NiceTop(long highest)
    {
        for (var unit = 1L; ; unit *= 10)
        {
            foreach (var factor in (ReadOnlySpan<long>)[2, 3, 4, 5, 6, 8, 10])
            {
                if (unit * factor >= highest && unit * factor % 2 == 0)
                    return unit * factor;
            }
        }
    }
}
