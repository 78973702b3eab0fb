namespace MtaSts.Protocol.Reports;

/// <summary>When a UTC day is complete: all its reports should have arrived.</summary>
public static class ReportDays
{
    /// <summary>Reports for a day arrive until late on the following day; all should have arrived this long after the start of the day.</summary>
    public static readonly TimeSpan CompleteAfter = TimeSpan.FromHours(48);

    /// <summary>True when a report arrived after its day was considered complete.</summary>
    /// <param name="start">Start of the report's range.</param>
    /// <param name="receivedAt">When the report arrived.</param>
    public static bool IsLate(DateTimeOffset start, DateTimeOffset receivedAt) =>
        receivedAt - new DateTimeOffset(start.UtcDateTime.Date, TimeSpan.Zero) > CompleteAfter;
}
