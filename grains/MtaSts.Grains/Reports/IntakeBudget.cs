using System.Collections.Concurrent;

namespace MtaSts.Grains.Reports;

/// <summary>
/// How much one report address takes in on one UTC day by one source. A real domain hears from tens of senders, once a day; whoever knows its address and
/// makes reports up is not to fill the store. By source, so that a flood over HTTPS keeps out no mail. Counted on each silo, from its start.
/// </summary>
internal sealed class IntakeBudget(TimeProvider clock)
{
    /// <summary>Reports stored of one address, source and day.</summary>
    public const int MaxReports = 50_000;

    /// <summary>Bytes stored of one address, source and day.</summary>
    public const long MaxBytes = 1024L * 1024 * 1024;

    private readonly ConcurrentDictionary<(string Token, string Source), (int Reports, long Bytes)> taken = new();
    private DateOnly day;

    /// <summary>False: it has had its share of today. Uploads, by members, have no token and no share.</summary>
    public bool Has(string? token, string source)
    {
        if (token is null)
            return true;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (today != day)
        {
            day = today;
            taken.Clear();
        }
        return !taken.TryGetValue((token, source), out var sum) || (sum.Reports < MaxReports && sum.Bytes < MaxBytes);
    }

    /// <summary>Something new was stored. Known tokens only, so the addresses of today bound how many there are.</summary>
    public void Take(string? token, string source, int bytes)
    {
        if (token is not null)
            taken.AddOrUpdate((token, source), (1, bytes), (_, sum) => (sum.Reports + 1, sum.Bytes + bytes));
    }
}
