using System.ComponentModel;
using System.Globalization;

namespace MtaSts.Host.Settings;

/// <summary>Checks whether a text is a value of a setting's type, by stricter rules than the binder's.</summary>
internal static class SettingValue
{
    /// <summary>Longest time of any setting. Bounds: sums with dates that would overflow.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(3650);

    /// <summary>Null for a valid value; else the error, which follows the setting's name and value in the message.</summary>
    public static string? Problem(Type type, string text, bool zeroIsAllowed)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return text.Length == 0 ? null : Problem(inner, text, zeroIsAllowed);
        if (type == typeof(string))
            return text.Any(char.IsControl) ? "It contains a control character or a line end. Remove it." : null;
        if (type.IsEnum)
            return Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase) ? null : $"Write one of {string.Join(", ", Enum.GetNames(type))}.";
        if (type == typeof(bool))
            return bool.TryParse(text, out _) ? null : "Write true or false.";
        if (type == typeof(TimeSpan))
            return Time(text, zeroIsAllowed);
        if (type == typeof(int) || type == typeof(long))
            return !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? $"Write a whole number{(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "" : " without unit; sizes are in bytes")}."
                : number < 0 || (number == 0 && !zeroIsAllowed) ? $"It must be {(zeroIsAllowed ? "0" : "1")} or more."
                : type == typeof(int) && number > int.MaxValue ? $"It must be {int.MaxValue} or less."
                : null;
        if (type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) && real >= 0 ? null : "Write a number such as 0.5.";
        if (type == typeof(Uri))
            return Uri.TryCreate(text, UriKind.Absolute, out _) ? null : "Write an absolute URL such as https://example.net/.";
        return Converts(type, text) ? null : $"It is no {type.Name}.";
    }

    /// <summary>.NET reads a bare number as days, and users usually mean seconds.</summary>
    private static string? Time(string text, bool zeroIsAllowed) =>
        !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) || (text.All(char.IsAsciiDigit) && time != TimeSpan.Zero) ? "Write a time as [days.]hours:minutes:seconds, such as 00:00:30 for 30 seconds or 1.00:00:00 for a day."
        : time < TimeSpan.Zero || (time == TimeSpan.Zero && !zeroIsAllowed) ? $"The time must {(zeroIsAllowed ? "not be negative" : "be longer than 0")}."
        : time > LongestTime ? $"The time must be {LongestTime.TotalDays:0} days or less."
        : null;

    private static bool Converts(Type type, string text)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception exception) when (exception is FormatException or NotSupportedException or ArgumentException)
        {
            return false;
        }
    }
}
