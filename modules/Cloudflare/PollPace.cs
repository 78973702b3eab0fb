namespace MtaSts.Modules.Cloudflare;

/// <summary>How soon to check a pending hostname again: often at first, while the owner may be waiting, later rarely.</summary>
internal static class PollPace
{
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AfterRevival = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookedOn = TimeSpan.FromMinutes(2);

    /// <param name="age">Time since the hostname was created.</param>
    /// <param name="revived">Time since it was last revived; null when it was not.</param>
    public static TimeSpan After(TimeSpan age, TimeSpan? revived) => age.TotalMinutes switch
    {
        _ when age < LookedOn => Soonest,
        _ when revived < LookedOn => AfterRevival,
        < 10 => TimeSpan.FromSeconds(30),
        < 60 => TimeSpan.FromMinutes(2),
        _ => TimeSpan.FromMinutes(10),
    };
}
