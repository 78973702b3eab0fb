using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>The UTC days of a query, both ends included.</summary>
internal sealed record DayRange(DateOnly From, DateOnly To)
{
    /// <summary>Number of days when not specified.</summary>
    private const int DefaultDays = 30;

    /// <summary>Applies defaults; refuses a range that is empty or longer than <paramref name="maxDays"/>.</summary>
    public static CommandResult<DayRange> Of(DateOnly? from, DateOnly? to, int maxDays, DateTimeOffset now)
    {
        var last = to ?? (from is { } begin && begin.DayNumber + DefaultDays - 1 <= DateOnly.MaxValue.DayNumber ? begin.AddDays(DefaultDays - 1) : DateOnly.FromDateTime(now.UtcDateTime));
        var first = from ?? (last.DayNumber >= DefaultDays ? last.AddDays(1 - DefaultDays) : DateOnly.MinValue);
        return last < first || last.DayNumber - first.DayNumber >= maxDays
            ? new Refusal(RefusalCodes.Invalid, $"from must not be after to, and the range must span at most {maxDays} days.", "from")
            : new DayRange(first, last);
    }
}
