namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Limits of every call.</summary>
internal static class ApiLimits
{
    /// <summary>Hostnames on one page, Cloudflare's maximum. With their certificates, they are some 150 KB.</summary>
    public const int PageSize = 50;

    /// <summary>Pages read while looking for one name. The filter should return one hostname, or few where it matches parts.</summary>
    public const int MaxFindPages = 10;

    /// <summary>Characters of Cloudflare's messages that are kept: they are shown to users.</summary>
    public const int MaxMessage = 300;

    /// <summary>Errors of one answer that are kept.</summary>
    public const int MaxErrors = 3;

    /// <summary>The wait after a first 429 without Retry-After; it doubles with each one that follows. Most such refusals are of a burst and end soon.</summary>
    public static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait after 429s without Retry-After: Cloudflare's documented block of all calls lasts five minutes.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);

    /// <summary>A longer Retry-After is a mistake and would delay hostnames.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);
}
