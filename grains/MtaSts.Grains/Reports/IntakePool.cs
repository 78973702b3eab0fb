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
/// A part of what a report address takes in. What was taken fades with time, so that a spent pool has room again within minutes and not at midnight.
/// One network may hold at most <see cref="Part"/> of what is free: the first to be turned away are those that send most, and whoever sends for the first time
/// finds room until nothing is left.
/// </summary>
internal sealed class IntakePool(IntakeAmount size)
{
    /// <summary>Of the free room, what one network may hold: a network alone gets 1/17 of the pool, and 1,000 together leave 1/63 free for others.</summary>
    public const double Part = 1 / 16d;

    /// <summary>Networks told apart; further ones share one place. Bounds: memory, when a flood comes from everywhere.</summary>
    public const int MaxNetworks = 4_096;

    /// <summary>Less than this is forgotten.</summary>
    private const double Nothing = 0.05;

    private const string Others = "(other)";

    private readonly Dictionary<string, IntakeAmount> networks = new(StringComparer.Ordinal);

    public IntakeAmount Taken { get; private set; }

    /// <param name="network">Null: it tells no senders apart, so the whole pool is its bound.</param>
    public bool TryTake(string? network, int bytes)
    {
        var one = new IntakeAmount(1, bytes);
        var free = size - Taken;
        if (!one.FitsIn(free))
            return false;
        if (network is not null)
        {
            var held = networks.GetValueOrDefault(Key(network));
            // The first of a network needs no more than room: the bound is there to keep many out.
            if (held.Reports >= 1 && !(held + one).FitsIn(free * Part))
                return false;
        }
        Take(network, bytes);
        return true;
    }

    /// <summary>Without asking for room: what is stored already.</summary>
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

    /// <param name="factor">What is left of what was taken.</param>
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
