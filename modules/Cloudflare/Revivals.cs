using System.Collections.Concurrent;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// Records for which hostnames this process has restarted validation, so that it does not restart one in progress. Only a hint: its loss at a restart
/// costs one more request.
/// </summary>
internal sealed class Revivals(TimeProvider clock)
{
    /// <summary>Between two revivals of a young hostname: Cloudflare's first eight attempts fit into it.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(10);

    /// <summary>Between two revivals of an old one: well below the four hours between Cloudflare's later attempts.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private const int AgeShare = 6;

    /// <summary>Hostnames recorded at once; beyond it all are removed.</summary>
    public const int Capacity = 10_000;

    private readonly ConcurrentDictionary<string, long> begun = new(StringComparer.Ordinal);

    /// <summary>True when the hostname may be revived now; it then counts as revived.</summary>
    /// <param name="age">Time since the hostname was created.</param>
    public bool TryBegin(string id, TimeSpan age)
    {
        if (Since(id) < PauseAt(age))
            return false;
        if (begun.Count >= Capacity)
            begun.Clear();
        begun[id] = clock.GetTimestamp();
        return true;
    }

    /// <summary>Call it when the request did not reach Cloudflare, or was refused.</summary>
    public void Forget(string id) => begun.TryRemove(id, out _);

    /// <summary>Time since this process last revived it, on the monotonic clock; null when it did not.</summary>
    public TimeSpan? Since(string id) => begun.TryGetValue(id, out var last) ? clock.GetElapsedTime(last) : null;

    private static TimeSpan PauseAt(TimeSpan age) =>
        age / AgeShare < ShortestPause ? ShortestPause : age / AgeShare > LongestPause ? LongestPause : age / AgeShare;
}
