using MtaSts.Application.Reports;

namespace MtaSts.Web.Reports;

/// <summary>Days of a scorecard, both ends included.</summary>
public readonly record struct DateRange(DateOnly From, DateOnly To)
{
    public static DateRange Last(int days, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return new(today.AddDays(1 - days), today);
    }

    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>Why the range is invalid; null when it is valid.</summary>
    public string? Problem =>
        To < From ? "The last day is before the first. Choose a later last day."
        : Days > ScorecardQueries.MaxDays ? $"At most {ScorecardQueries.MaxDays} days can be shown at once. Choose a shorter range."
        : null;
}
