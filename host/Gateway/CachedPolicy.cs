using MtaSts.Grains;

namespace MtaSts.Host.Gateway;

/// <summary>A gateway's copy of what is served under one host.</summary>
internal sealed class CachedPolicy(string domain)
{
    private int refreshing;

    public string Domain => domain;

    /// <summary>What was last answered; null is "nothing is served".</summary>
    public ServedPolicy? Policy { get; private set; }

    /// <summary>Timestamps of the cache's clock.</summary>
    public long AskedAt { get; set; }

    public long FreshUntil { get; private set; }

    public long RefreshFrom { get; private set; }

    public long KeepUntil { get; private set; }

    /// <summary>When the last try to refresh failed; 0 after a success.</summary>
    public long FailedAt { get; set; }

    /// <summary>The last moment it was served beyond its lease; null when it was not.</summary>
    public DateTimeOffset? ServedLateUntil { get; set; }

    /// <summary>The try that is under way, for those who must wait for it.</summary>
    public Task? Refresh { get; set; }

    public void Set(ServedPolicy? policy, long refreshFrom, long freshUntil, long keepUntil)
    {
        Policy = policy;
        RefreshFrom = refreshFrom;
        KeepUntil = keepUntil;
        FailedAt = 0;
        FreshUntil = freshUntil; // Last: it is what readers look at first.
    }

    /// <summary>True for the one caller that is to refresh.</summary>
    public bool TryBeginRefresh() => Interlocked.CompareExchange(ref refreshing, 1, 0) == 0;

    public void EndRefresh() => Volatile.Write(ref refreshing, 0);
}
