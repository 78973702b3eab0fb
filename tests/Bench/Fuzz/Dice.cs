namespace MtaSts.Bench.Fuzz;

/// <summary>Chance from a seed: the same on every machine and release, so that a seed and a number name an input.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>Chance for one input.</summary>
    public static Dice For(ulong seed, int reader, long number) => new(Mix(seed ^ Mix(((ulong)(uint)reader << 40) ^ (ulong)number)));

    /// <summary>0 … <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)((Next() >> 32) * (ulong)limit >> 32);

    /// <summary>One time in <paramref name="times"/>.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    public byte Octet() => (byte)Next();

    public T Of<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    private ulong Next() => Mix(state += 0x9E3779B97F4A7C15); // SplitMix64

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
