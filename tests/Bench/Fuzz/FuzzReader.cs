namespace MtaSts.Bench.Fuzz;

/// <summary>Something that reads what outsiders write, and what must hold whatever they write.</summary>
internal abstract class FuzzReader
{
    public abstract string Name { get; }

    /// <summary>Its part of all inputs, beside the others' parts.</summary>
    public virtual int Share => 10;

    /// <summary>What mutation begins with.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Words of its language, put in at random places.</summary>
    public abstract IReadOnlyList<byte[]> Words { get; }

    /// <summary>An input made from a sample and others.</summary>
    public virtual byte[] Mutate(byte[] sample, IReadOnlyList<byte[]> samples, Dice dice) => Mutator.Mutate(sample, samples, Words, dice);

    /// <summary>Reads the input and throws where something does not hold.</summary>
    /// <returns>What kind of outcome it was: an input with a new kind becomes a sample.</returns>
    public abstract int Read(byte[] input, Dice dice);

    protected static void Must(bool holds, string what)
    {
        if (!holds)
            throw new FuzzException(what);
    }

    protected static byte[][] Bytes(params string[] words) => [.. words.Select(System.Text.Encoding.UTF8.GetBytes)];
}

/// <summary>Something that must hold does not.</summary>
internal sealed class FuzzException(string what) : Exception(what);
