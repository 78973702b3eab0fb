using MtaSts.Grains;

namespace MtaSts.Web.Reports;

/// <summary>Days a scorecard is asked for; both ends included.</summary>
public readonly record struct DateRange(DateOnly From, DateOnly To)
{
    public static DateRange Last(int days, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return new(today.AddDays(1 - days), today);
    }

    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>Why it cannot be asked for; null when it can.</summary>
    public string? Problem =>
        To < From ? "The last day lies before the first."
        : Days > ScorecardQuery.MaxDays ? $"At most {ScorecardQuery.MaxDays} days can be shown at once."
        : null;
}
