namespace MtaSts.Grains.Domains;

/// <summary>
/// Serializes the writes of a record, so that an older one never follows a newer one: a lane is free when its last order is done, or when its time limit has passed,
/// after which the worker must not change the record. A newly activated grain does not know the orders of its predecessor, and waits until they have expired.
/// </summary>
/// <param name="activatedAt">Activation time of the grain.</param>
/// <param name="options">The time limit of an order.</param>
internal sealed class RecordLanes(DateTimeOffset activatedAt, HostingOptions options)
{
    private readonly Dictionary<string, (string OrderId, DateTimeOffset NotAfter)> taken = new(StringComparer.Ordinal);

    /// <summary>Reserves the record's lane for an order; false while another order may still be running.</summary>
    public bool TryTake(string record, string orderId, DateTimeOffset now)
    {
        // The margin covers clock differences between silos.
        if (now < activatedAt + options.RecordWriteLimit + options.AnnounceMargin || (taken.TryGetValue(record, out var lane) && now < lane.NotAfter + options.AnnounceMargin))
            return false;
        taken[record] = (orderId, NotAfter(now));
        return true;
    }

    /// <summary>Releases the lane after the order is done. The end of an earlier order with the same id releases nothing.</summary>
    public void Leave(string orderId, DateTimeOffset? notAfter)
    {
        foreach (var (record, lane) in taken)
        {
            if (lane.OrderId == orderId && lane.NotAfter == notAfter)
                taken.Remove(record);
        }
    }

    /// <summary>The time after which a worker must not start or continue an order handed out now.</summary>
    public DateTimeOffset NotAfter(DateTimeOffset now) => now + options.RecordWriteLimit;
}
