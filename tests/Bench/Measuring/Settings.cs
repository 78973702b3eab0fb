namespace MtaSts.Bench.Measuring;

/// <summary>How long a run may take.</summary>
/// <param name="Smoke">Seconds in all: shows that everything runs; its numbers mean nothing.</param>
internal sealed record Settings(bool Smoke)
{
    public int Rounds => Smoke ? 1 : 7;

    /// <summary>Rounds before those that count, in which the just-in-time compiler finds out what is hot.</summary>
    public int WarmUps => Smoke ? 0 : 2;

    /// <summary>Of one side in one round.</summary>
    public TimeSpan Round => TimeSpan.FromSeconds(Smoke ? 1 : 2);
}

/// <summary>What has to be there for a comparison is not.</summary>
internal sealed class PeerMissingException(string message) : Exception(message)
{
    public static void ThrowIf(string? missing)
    {
        if (missing is not null)
            throw new PeerMissingException(missing);
    }
}
