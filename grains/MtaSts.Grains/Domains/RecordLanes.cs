namespace MtaSts.Grains.Domains;

/// <summary>
/// One write of a record at a time, so that an older one never lands after a newer: a lane is free when its last order was carried out, or when its time is over,
/// after which the worker must not touch the record any more. A grain that has just been activated does not know what its predecessor handed out, and waits that out.
/// </summary>
/// <param name="activatedAt">When the running grain began.</param>
/// <param name="options">How long an order has.</param>
internal sealed class RecordLanes(DateTimeOffset activatedAt, HostingOptions options)
{
    private readonly Dictionary<string, (string EffectId, DateTimeOffset NotAfter)> taken = new(StringComparer.Ordinal);

    /// <summary>Takes the record's lane for an order; false while another order may still be under way.</summary>
    public bool TryTake(string record, string effectId, DateTimeOffset now)
    {
        // Silos' clocks differ a little: hence the margin.
        if (now < activatedAt + options.RecordWriteLimit + options.AnnounceMargin || (taken.TryGetValue(record, out var lane) && now < lane.NotAfter + options.AnnounceMargin))
            return false;
        taken[record] = (effectId, NotAfter(now));
        return true;
    }

    /// <summary>The order was carried out: nothing of it is under way any more. The end of an earlier order for the same effect frees nothing.</summary>
    public void Leave(string effectId, DateTimeOffset? notAfter)
    {
        foreach (var (record, lane) in taken)
        {
            if (lane.EffectId == effectId && lane.NotAfter == notAfter)
                taken.Remove(record);
        }
    }

    /// <summary>The moment after which a worker must not begin, or go on with, an order that is handed out now.</summary>
    public DateTimeOffset NotAfter(DateTimeOffset now) => now + options.RecordWriteLimit;
}
