namespace MtaSts.Modules.Cloudflare;

/// <summary>How soon to ask again about a hostname that is on its way: often while somebody looks on, seldom after.</summary>
internal static class PollPace
{
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AfterRevival = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookedOn = TimeSpan.FromMinutes(2);

    /// <param name="age">Since the hostname was made.</param>
    /// <param name="revived">Since it was last revived; null when it was not.</param>
    public static TimeSpan After(TimeSpan age, TimeSpan? revived) => age.TotalMinutes switch
    {
        _ when age < LookedOn => Soonest,
        _ when revived < LookedOn => AfterRevival,
        < 10 => TimeSpan.FromSeconds(30),
        < 60 => TimeSpan.FromMinutes(2),
        _ => TimeSpan.FromMinutes(10),
    };
}
