using MtaSts.Web.Parts;

namespace MtaSts.Web.Policies;

/// <summary>Lifetimes an owner can choose, in seconds.</summary>
internal static class MaxAges
{
    public const int Day = 86_400;

    public static IReadOnlyList<int> Choices { get; } = [Day, 7 * Day, 14 * Day, 30 * Day, 90 * Day, 180 * Day, 365 * Day];

    public static string Text(int seconds) => seconds > 0 && seconds % Day == 0 ? Show.Plural(seconds / Day, "day") : Show.Plural(seconds, "second");
}
