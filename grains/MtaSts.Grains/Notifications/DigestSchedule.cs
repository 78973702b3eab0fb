namespace MtaSts.Grains.Notifications;

/// <summary>When a channel's digest is due: in the morning, weekly on the Pro plan, monthly on the Free plan.</summary>
internal static class DigestSchedule
{
    /// <summary>Local time of day from which a digest is sent.</summary>
    public static readonly TimeOnly At = new(8, 0);

    /// <summary>Day of the weekly digest; the monthly one is sent on the first of the month.</summary>
    public const DayOfWeek Weekday = DayOfWeek.Monday;

    public static bool IsDue(StoredChannel channel, Plan plan, DateTimeOffset now) =>
        channel.GetsDigests && Latest(channel.Content.TimeZone, plan, now) > channel.DigestAt && QuietTimes.End(channel.Content, now) is null;

    /// <summary>The latest time that is not after this moment at which a digest is sent.</summary>
    public static DateTimeOffset Latest(string timeZone, Plan plan, DateTimeOffset now)
    {
        var zone = QuietTimes.Zone(timeZone);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        day = plan == Plan.Pro ? day.AddDays(-(((int)day.DayOfWeek - (int)Weekday + 7) % 7)) : new DateOnly(day.Year, day.Month, 1);
        var due = Moment(day, zone);
        return due <= now ? due : Moment(plan == Plan.Pro ? day.AddDays(-7) : day.AddMonths(-1), zone);
    }

    private static DateTimeOffset Moment(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(At);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
