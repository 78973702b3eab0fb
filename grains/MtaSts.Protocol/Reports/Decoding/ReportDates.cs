using System.Globalization;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Reads the date-times of reports: RFC 3339, and other formats that reporters use.</summary>
internal static class ReportDates
{
    /// <summary>
    /// Reads <c>2024-05-01T00:00:00Z</c>, also with fraction, offset, space for T, hour 24 (the next midnight) and second 60 (the one before);
    /// without a zone as UTC, without a time as midnight, and formats of other standards: then <paramref name="mend"/> reports it.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset moment, out string? mend) =>
        TryRfc3339(text, out moment, out mend) || TryVariant(text.Trim(), out moment, out mend);

    // Default formats of programs: ISO 8601 basic, mail, Unix time, Go, Java, C and .NET.
    private static readonly string[] Forms =
    [
        "yyyyMMdd'T'HHmmss'Z'", "yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmmsszzz", "yyyyMMdd'T'HHmm'Z'", "yyyyMMdd", "yyyyMMddHHmmss", "yyyyMMddHHmmss'Z'",
        "yyyy-M-d'T'H:m:s'Z'", "yyyy-M-d H:m:s", "yyyy-M-d H:m:s zzz", "yyyy-M-d'T'H:m:s zzz", "yyyy-M-d'T'H:m:s 'Z'", "yyyy-M-d'T'H:m:s",
        "yyyy/M/d", "yyyy/M/d H:m:s", "yyyy/M/d'T'H:m:s'Z'", "yyyy/M/d H:m:s zzz",
        "d MMM yyyy H:m:s zzz", "d MMM yyyy H:m:s", "d MMM yyyy", "ddd, d MMM yyyy H:m:s zzz", "ddd, d MMM yyyy H:m:s", "ddd MMM d H:m:s yyyy", "ddd MMM d H:m:s zzz yyyy", "MMM d yyyy H:m:s",
        "dddd, dd-MMM-yy H:m:s",
    ];

    private static bool TryVariant(ReadOnlySpan<char> text, out DateTimeOffset moment, out string? mend)
    {
        const int Longest = 64, SecondDigits = 10, MillisecondDigits = 13;
        moment = default;
        mend = MendCodes.DateFormVariant;
        if (text.Length is 0 or > Longest)
            return false;
        if (text.Length is SecondDigits or MillisecondDigits && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unix))
        {
            moment = text.Length == SecondDigits ? DateTimeOffset.FromUnixTimeSeconds(unix) : DateTimeOffset.FromUnixTimeMilliseconds(unix);
            return true;
        }
        // Zone names in addition to, or instead of, the offset; Go's monotonic clock.
        var clock = text.IndexOf(" m=", StringComparison.Ordinal);
        text = (clock < 0 ? text : text[..clock]).TrimEnd();
        foreach (var zone in (string[])["(UTC)", "[UTC]", "[Z]", "UTC", "GMT", "(GMT)"])
        {
            if (text.EndsWith(zone, StringComparison.OrdinalIgnoreCase))
                text = text[..^zone.Length].TrimEnd();
        }
        // "Tue Nov 10 00:00:00 UTC 2026", as C and Java write it; fractions of a second do not affect the day.
        var plain = Plain(text.ToString().Replace(" UTC ", " ", StringComparison.OrdinalIgnoreCase).Replace(" GMT ", " ", StringComparison.OrdinalIgnoreCase));
        return TryRfc3339(plain, out moment, out _)
            || DateTimeOffset.TryParseExact(plain, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowInnerWhite, out moment);
    }

    /// <summary>Removes the fraction and the blank before the offset, so that few formats are enough.</summary>
    private static string Plain(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && char.IsAsciiDigit(text[dot - 1]))
        {
            var end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            text = end > dot + 1 ? text.Remove(dot, end - dot) : text;
        }
        return text.Trim();
    }

    private static bool TryRfc3339(ReadOnlySpan<char> text, out DateTimeOffset moment, out string? mend)
    {
        moment = default;
        mend = null;
        text = text.Trim();
        if (!TryDay(ref text, out var day))
            return false;
        if (text.IsEmpty)
        {
            mend = MendCodes.DateWithoutTime;
            moment = new DateTimeOffset(day, TimeSpan.Zero);
            return true;
        }
        if (text[0] is not ('T' or 't' or ' '))
            return false;
        text = text[1..];
        if (!TryTime(ref text, out var time) || !TryZone(text, out var offset))
            return false;
        if (offset is null)
            mend = MendCodes.DateWithoutZone;
        var ticks = day.Ticks + time.Ticks - (offset ?? TimeSpan.Zero).Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;
        moment = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryDay(ref ReadOnlySpan<char> text, out DateTime day)
    {
        day = default;
        if (!TryDigits(ref text, 4, out var year) || !TryChar(ref text, '-') || !TryDigits(ref text, 2, out var month)
            || !TryChar(ref text, '-') || !TryDigits(ref text, 2, out var dayOfMonth)
            || year < 1 || month is < 1 or > 12 || dayOfMonth < 1 || dayOfMonth > DateTime.DaysInMonth(year, month))
            return false;
        day = new DateTime(year, month, dayOfMonth, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    private static bool TryTime(ref ReadOnlySpan<char> text, out TimeSpan time)
    {
        time = default;
        int second = 0;
        if (!TryDigits(ref text, 2, out var hour) || !TryChar(ref text, ':') || !TryDigits(ref text, 2, out var minute))
            return false;
        if (TryChar(ref text, ':') && !TryDigits(ref text, 2, out second))
            return false;
        if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0)))
            return false;
        long fraction = 0;
        if (!text.IsEmpty && text[0] is '.' or ',')
        {
            var digits = text[1..];
            var count = digits.IndexOfAnyExceptInRange('0', '9');
            count = count < 0 ? digits.Length : count;
            if (count == 0)
                return false;
            for (var i = 0; i < 7; i++)
                fraction = (fraction * 10) + (i < count ? digits[i] - '0' : 0);
            text = digits[count..];
        }
        time = new TimeSpan(hour, minute, Math.Min(second, 59)) + new TimeSpan(fraction);
        return true;
    }

    private static bool TryZone(ReadOnlySpan<char> text, out TimeSpan? offset)
    {
        offset = null;
        if (text.IsEmpty)
            return true;
        if (text is "Z" or "z")
        {
            offset = TimeSpan.Zero;
            return true;
        }
        var sign = text[0] switch { '+' => 1, '-' => -1, _ => 0 };
        text = text[1..];
        if (sign == 0 || !TryDigits(ref text, 2, out var hours) || hours > 23)
            return false;
        var minutes = 0;
        if (!text.IsEmpty)
        {
            TryChar(ref text, ':');
            if (!TryDigits(ref text, 2, out minutes) || minutes > 59 || !text.IsEmpty)
                return false;
        }
        offset = sign * new TimeSpan(hours, minutes, 0);
        return true;
    }

    private static bool TryDigits(ref ReadOnlySpan<char> text, int count, out int value)
    {
        value = 0;
        if (text.Length < count)
            return false;
        foreach (var c in text[..count])
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = (value * 10) + (c - '0');
        }
        text = text[count..];
        return true;
    }

    private static bool TryChar(ref ReadOnlySpan<char> text, char c)
    {
        if (text.IsEmpty || text[0] != c)
            return false;
        text = text[1..];
        return true;
    }
}
