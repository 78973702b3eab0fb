using MtaSts.Grains;

namespace MtaSts.Host.Gateway;

/// <summary>What a gateway knows of one host's policy: an answer and its lease, which belong together. Times are timestamps of the cache's clock.</summary>
/// <param name="Policy">The last answer; null means that nothing is served.</param>
/// <param name="RefreshFrom">From then on it is renewed when it is requested.</param>
/// <param name="FreshUntil">The end of the lease.</param>
/// <param name="KeepUntil">Until then it is served when it cannot be renewed.</param>
internal sealed record PolicySnapshot(ServedPolicy? Policy, long RefreshFrom, long FreshUntil, long KeepUntil);

/// <summary>A gateway's copy of the policy of one host. Readers take no lock.</summary>
internal sealed class CachedPolicy(string domain)
{
    private static readonly PolicySnapshot Empty = new(null, 0, 0, 0);
    private readonly Lock gate = new();
    private volatile PolicySnapshot current = Empty;
    private Task? refresh;
    private bool isClosed;

    public string Domain => domain;

    /// <summary>Read it once per request: it is replaced as a whole.</summary>
    public PolicySnapshot Current => current;

    /// <summary>Timestamp of the last request.</summary>
    public long AskedAt { get; set; }

    /// <summary>When the last refresh failed; 0 after a success.</summary>
    public long FailedAt { get; set; }

    /// <summary>The last time it was served beyond its lease, while this is not yet reported; null when there is nothing to report.</summary>
    public DateTimeOffset? ServedLateUntil
    {
        get
        {
            lock (gate)
                return field;
        }

        private set;
    }

    /// <summary>The policy to serve beyond the lease, which is recorded; null when it must no longer be served.</summary>
    public ServedPolicy? ServeLate(long now, DateTimeOffset at)
    {
        lock (gate)
        {
            if (now >= current.KeepUntil)
                return null;
            if (now >= current.FreshUntil && current.Policy is not null)
                ServedLateUntil = at;
            return current.Policy;
        }
    }

    /// <summary>
    /// Stores an answer. False: it differs from the version that was served beyond its lease until after <paramref name="told"/>; the caller must
    /// report that first, because the information is lost with the old version.
    /// </summary>
    /// <param name="unknown">Change of the number of copies without a policy: −1, 0 or 1.</param>
    public bool TrySet(PolicySnapshot next, DateTimeOffset? told, out int unknown)
    {
        unknown = 0;
        lock (gate)
        {
            var last = current;
            if (ServedLateUntil != told && last.Policy is not null && next.Policy?.Number != last.Policy.Number)
                return false;
            ServedLateUntil = null;
            FailedAt = 0;
            current = next;
            if (!isClosed)
                unknown = IsUnknown(next) - IsUnknown(last);
            return true;
        }
    }

    /// <summary>The copy was removed from the cache: later answers change no count. Returns the change, as <see cref="TrySet"/>.</summary>
    public int Close()
    {
        lock (gate)
        {
            isClosed = true;
            return -IsUnknown(current);
        }
    }

    /// <summary>The refresh in progress, shared by all waiters; starts a new one if there is none and it is still due.</summary>
    public Task Refresh(long now, Func<CachedPolicy, Task> start)
    {
        lock (gate)
        {
            if (refresh is null or { IsCompleted: true })
                refresh = now < current.RefreshFrom ? Task.CompletedTask : start(this);
            return refresh;
        }
    }

    private static int IsUnknown(PolicySnapshot snapshot) => snapshot.Policy is null && !ReferenceEquals(snapshot, Empty) ? 1 : 0;
}
