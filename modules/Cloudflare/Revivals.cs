using System.Collections.Concurrent;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// Remembers which hostnames this process has had validated anew, so that it does not start a validation over that is
/// under way. A hint alone: forgotten at a restart, it costs one more request.
/// </summary>
internal sealed class Revivals(TimeProvider clock)
{
    /// <summary>Between two revivals of a young hostname: Cloudflare's first ten tries fit into it.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(10);

    /// <summary>Between two revivals of an old one: well below the four hours that Cloudflare's tries are apart by then.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private const int AgeShare = 6;

    /// <summary>Hostnames remembered at once; beyond it all are forgotten.</summary>
    public const int Capacity = 10_000;

    private readonly ConcurrentDictionary<string, long> begun = new(StringComparer.Ordinal);

    /// <summary>True when the hostname may be revived now; it counts as revived from here on.</summary>
    /// <param name="age">Since the hostname was made.</param>
    public bool TryBegin(string id, TimeSpan age)
    {
        if (Since(id) < PauseAt(age))
            return false;
        if (begun.Count >= Capacity)
            begun.Clear();
        begun[id] = clock.GetTimestamp();
        return true;
    }

    /// <summary>The request did not reach Cloudflare, or was refused.</summary>
    public void Forget(string id) => begun.TryRemove(id, out _);

    /// <summary>Time since this process last revived it, whatever the system's clock was set to; null when it did not.</summary>
    public TimeSpan? Since(string id) => begun.TryGetValue(id, out var last) ? clock.GetElapsedTime(last) : null;

    private static TimeSpan PauseAt(TimeSpan age) =>
        age / AgeShare < ShortestPause ? ShortestPause : age / AgeShare > LongestPause ? LongestPause : age / AgeShare;
}
