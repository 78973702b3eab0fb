namespace MtaSts.Modules.Cloudflare;

/// <summary>How soon to ask again about a hostname that is on its way: often while somebody looks on, seldom after.</summary>
internal static class PollPace
{
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(10);

    /// <param name="waiting">Since it was made or last revived.</param>
    public static TimeSpan After(TimeSpan waiting) => waiting.TotalMinutes switch
    {
        < 2 => Soonest,
        < 10 => TimeSpan.FromSeconds(30),
        < 60 => TimeSpan.FromMinutes(2),
        _ => TimeSpan.FromMinutes(10),
    };
}
