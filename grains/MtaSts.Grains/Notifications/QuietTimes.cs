namespace MtaSts.Grains.Notifications;

/// <summary>Times of day in a channel's time zone.</summary>
internal static class QuietTimes
{
    /// <summary>Longest quiet time, with an hour for the end of summer time.</summary>
    private const int MaxMinutes = 25 * 60;

    /// <summary>When the quiet hours end that contain this moment; null when it is in none. Correct on days with a change of the clocks, because it follows the local time.</summary>
    public static DateTimeOffset? End(ChannelContent channel, DateTimeOffset now)
    {
        if (channel.Quiet is not { } quiet)
            return null;
        var zone = Zone(channel.TimeZone);
        if (!IsQuiet(quiet, zone, now))
            return null;
        var moment = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), now.Offset);
        for (var minute = 0; minute < MaxMinutes && IsQuiet(quiet, zone, moment); minute++)
            moment += TimeSpan.FromMinutes(1);
        return moment;
    }

    /// <summary>UTC if the system no longer knows the name.</summary>
    public static TimeZoneInfo Zone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    private static bool IsQuiet(QuietHours quiet, TimeZoneInfo zone, DateTimeOffset moment)
    {
        var time = TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(moment, zone).TimeOfDay);
        return time.IsBetween(quiet.From, quiet.Until);
    }
}
