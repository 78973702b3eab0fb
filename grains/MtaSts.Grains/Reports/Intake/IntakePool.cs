namespace MtaSts.Grains.Reports;

/// <summary>Envelopes and their bytes.</summary>
internal readonly record struct IntakeAmount(double Reports, double Bytes)
{
    public static IntakeAmount operator +(IntakeAmount a, IntakeAmount b) => new(a.Reports + b.Reports, a.Bytes + b.Bytes);

    public static IntakeAmount operator -(IntakeAmount a, IntakeAmount b) => new(Math.Max(0, a.Reports - b.Reports), Math.Max(0, a.Bytes - b.Bytes));

    public static IntakeAmount operator *(IntakeAmount a, double factor) => new(a.Reports * factor, a.Bytes * factor);

    public bool FitsIn(IntakeAmount room) => Reports <= room.Reports && Bytes <= room.Bytes;
}

/// <summary>
/// A part of the intake of a report address. Used room decays with time, so that an exhausted pool has room again within minutes, not at midnight.
/// One network may use at most <see cref="Part"/> of the free room: the networks that send most are refused first, and a new network
/// has room until the pool is exhausted.
/// </summary>
internal sealed class IntakePool(IntakeAmount size)
{
    /// <summary>The share of the free room for one network: a network alone gets 1/17 of the pool, and 1,000 together leave 1/63 free for others.</summary>
    public const double Part = 1 / 16d;

    /// <summary>Maximum number of distinguished networks; further ones share one entry. Bounds memory in a distributed flood.</summary>
    public const int MaxNetworks = 4_096;

    /// <summary>Smaller amounts are removed.</summary>
    private const double Nothing = 0.05;

    private const string Others = "(other)";

    private readonly Dictionary<string, IntakeAmount> networks = new(StringComparer.Ordinal);

    public IntakeAmount Taken { get; private set; }

    /// <param name="network">Null: senders are not distinguished, so only the pool limits it.</param>
    public bool TryTake(string? network, int bytes)
    {
        var one = new IntakeAmount(1, bytes);
        var free = size - Taken;
        if (!one.FitsIn(free))
            return false;
        if (network is not null)
        {
            var held = networks.GetValueOrDefault(Key(network));
            // The first envelope of a network only needs room: the limit applies to further ones.
            if (held.Reports >= 1 && !(held + one).FitsIn(free * Part))
                return false;
        }
        Take(network, bytes);
        return true;
    }

    /// <summary>Charges a stored envelope without checking for room.</summary>
    public void Take(string? network, int bytes)
    {
        var one = new IntakeAmount(1, bytes);
        Taken += one;
        if (network is not null)
            networks[Key(network)] = networks.GetValueOrDefault(Key(network)) + one;
    }

    public void Return(string? network, int bytes)
    {
        var one = new IntakeAmount(1, bytes);
        Taken -= one;
        if (network is not null && networks.TryGetValue(Key(network), out var held))
            networks[Key(network)] = held - one;
    }

    /// <param name="factor">The fraction of used room that remains.</param>
    public void Fade(double factor)
    {
        Taken *= factor;
        foreach (var (network, held) in networks.ToArray())
        {
            if (held.Reports * factor < Nothing)
                networks.Remove(network);
            else
                networks[network] = held * factor;
        }
    }

    private string Key(string network) => networks.Count < MaxNetworks || networks.ContainsKey(network) ? network : Others;
}
