using MtaSts.Grains.Domains;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>
/// The service's own zone beside a <see cref="LifecycleBench"/>: orders go out by the grain's own rule, land late or never, are answered, forgotten or answered
/// twice, while silos die. What an order's worker may do is assumed at its worst: until its time is over it may still write.
/// </summary>
internal sealed class RecordZoneModel(LifecycleBench bench)
{
    private readonly List<(string OrderId, string Name, string? Value, DateTimeOffset NotAfter, bool Landed)> underWay = [];
    private RecordLanes lanes = new(DateTimeOffset.MinValue, bench.Options);

    /// <summary>Instead of the grain's rule: orders go out whenever they are due.</summary>
    public bool WithoutLanes { get; init; }

    /// <summary>What stands in the zone.</summary>
    public Dictionary<string, string> Records { get; } = [];

    /// <summary>What happened in the zone and was not looked at yet: the name, what stood there, and what stands there now.</summary>
    public Queue<(string Name, string? Before, string? After)> Changes { get; } = new();

    /// <summary>Times that a record got another value, and times that one went.</summary>
    public int Writes { get; private set; }
    public int Deletions { get; private set; }

    /// <summary>What the grain does when it wakes.</summary>
    public void HandOut()
    {
        foreach (var record in bench.State.Records.Where(record => record.DueAt <= bench.Now))
        {
            if (WithoutLanes || lanes.TryTake(record.Name, record.Id, bench.Now))
                underWay.Add((record.Id, record.Name, record.Value, lanes.NotAfter(bench.Now), false));
        }
    }

    /// <summary>One of the orders comes into effect; it may do so again as long as its time is not over.</summary>
    public void Land(int which)
    {
        underWay.RemoveAll(order => order.NotAfter < bench.Now);
        if (underWay.Count == 0)
            return;
        var at = which % underWay.Count;
        underWay[at] = underWay[at] with { Landed = true };
        Write(underWay[at].Name, underWay[at].Value);
    }

    /// <summary>A worker reports: success only when it has written, and then it touches the record no more.</summary>
    public void Answer(int which, bool fails, bool isLost)
    {
        if (underWay.Count == 0)
            return;
        var order = underWay[which % underWay.Count];
        if (!fails && !order.Landed)
            return;
        if (!fails)
            underWay.Remove(order);
        if (isLost)
            return;
        if (!fails)
            lanes.Leave(order.OrderId, order.NotAfter);
        bench.Set(bench.Lifecycle.Reconciled(bench.State, order.OrderId, fails ? new ReconcileResult(false, "down", "Mend it.") : new RecordResult(true, order.NotAfter, 300) { Provider = "dns.model" }, bench.Now));
    }

    /// <summary>The grain's silo dies: what it knew of its orders is gone, and they go on.</summary>
    public void Crash()
    {
        lanes = new RecordLanes(bench.Now, bench.Options);
        bench.HandedOutSince = bench.Now;
    }

    /// <summary>The provider works, and time passes, until nothing is left to do.</summary>
    public void Settle()
    {
        for (var i = 0; i < 100 && bench.State.Records.Any(record => record.WrittenAt is null || record.DueAt <= bench.Now); i++)
        {
            HandOut();
            for (var order = 0; order < underWay.Count; order++)
                Land(order);
            while (underWay.Count > 0)
                Answer(0, fails: false, isLost: false);
            bench.Pass(TimeSpan.FromMinutes(1));
        }
    }

    private void Write(string name, string? value)
    {
        var before = Records.GetValueOrDefault(name);
        if (value is null)
            Records.Remove(name);
        else
            Records[name] = value;
        if (before != value)
        {
            Changes.Enqueue((name, before, value));
            (Writes, Deletions) = value is null ? (Writes, Deletions + 1) : (Writes + 1, Deletions);
        }
    }
}
