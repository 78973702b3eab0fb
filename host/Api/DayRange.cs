namespace MtaSts.Host.Api;

/// <summary>The UTC days a call is about, from and to included.</summary>
internal readonly record struct DayRange(DateOnly From, DateOnly To)
{
    /// <summary>Days when the caller does not say.</summary>
    private const int DefaultDays = 30;

    /// <summary>Longest range of an export: more than is kept under any plan.</summary>
    public const int MaxExportDays = 4_000;

    /// <summary>Fills in what was not said; null when the range is empty or longer than <paramref name="maxDays"/>.</summary>
    public static DayRange? Of(DateOnly? from, DateOnly? to, int maxDays, DateTimeOffset now)
    {
        var last = to ?? (from is { } begin && begin.DayNumber + DefaultDays - 1 <= DateOnly.MaxValue.DayNumber ? begin.AddDays(DefaultDays - 1) : DateOnly.FromDateTime(now.UtcDateTime));
        var first = from ?? (last.DayNumber >= DefaultDays ? last.AddDays(1 - DefaultDays) : DateOnly.MinValue);
        return last < first || last.DayNumber - first.DayNumber >= maxDays ? null : new DayRange(first, last);
    }
}
