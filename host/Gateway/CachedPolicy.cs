using MtaSts.Grains;

namespace MtaSts.Host.Gateway;

/// <summary>A gateway's copy of what is served under one host.</summary>
internal sealed class CachedPolicy(string domain)
{
    private readonly Lock gate = new();
    private Task? refresh;

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

    /// <summary>The last moment it was served beyond its lease and this has not been told; null when it was not.</summary>
    public DateTimeOffset? ServedLateUntil
    {
        get
        {
            lock (gate)
                return field;
        }

        private set;
    }

    /// <summary>What is served beyond the lease, and noted as such; null when it may not be kept any longer.</summary>
    public ServedPolicy? ServeLate(long now, DateTimeOffset at)
    {
        lock (gate)
        {
            if (now >= KeepUntil)
                return null;
            if (now >= FreshUntil && Policy is not null)
                ServedLateUntil = at;
            return Policy;
        }
    }

    /// <summary>
    /// Takes an answer. False: it is another version than the one served beyond its lease, until a later moment than
    /// <paramref name="told"/>; that must be told before, as nobody knows of it once the old version is gone.
    /// </summary>
    public bool TrySet(ServedPolicy? policy, DateTimeOffset? told, long refreshFrom, long freshUntil, long keepUntil)
    {
        lock (gate)
        {
            if (ServedLateUntil != told && Policy is not null && policy?.Number != Policy.Number)
                return false;
            ServedLateUntil = null;
            Policy = policy;
            RefreshFrom = refreshFrom;
            KeepUntil = keepUntil;
            FailedAt = 0;
            FreshUntil = freshUntil; // Last: it is what readers look at first.
            return true;
        }
    }

    /// <summary>The try that is under way, for all who must wait for it; a new one when there is none and it is still due.</summary>
    public Task Refresh(long now, Func<CachedPolicy, Task> start)
    {
        lock (gate)
        {
            if (refresh is null or { IsCompleted: true })
                refresh = now < RefreshFrom ? Task.CompletedTask : start(this);
            return refresh;
        }
    }
}
