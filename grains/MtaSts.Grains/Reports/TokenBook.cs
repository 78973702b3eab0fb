using System.Collections.Concurrent;

namespace MtaSts.Grains.Reports;

/// <summary>Finds whose a token is, at a cost that a flood of guesses cannot drive up.</summary>
internal sealed class TokenBook(IGrainFactory grains, TimeProvider clock) : IDisposable
{
    /// <summary>Look-ups at once: a flood of guesses costs no more storage reads than this.</summary>
    private const int Lookups = 32;

    /// <summary>Look-ups that wait for their turn; those beyond are told "not now".</summary>
    private const int Waiting = 1_000;

    /// <summary>Guesses remembered for <see cref="RememberGuess"/>.</summary>
    private const int MaxGuesses = 10_000;

    private static readonly TimeSpan RememberGuess = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim lane = new(Lookups, Lookups);
    private readonly ConcurrentDictionary<string, long> guesses = new(StringComparer.Ordinal);
    private int inside;

    /// <summary>Null: no claim has it. Throws when it cannot be told.</summary>
    public async Task<ClaimAddress?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!ClaimTokenForm.Fits(token))
            return null;
        token = token.ToLowerInvariant();
        if (guesses.TryGetValue(token, out var at) && clock.GetElapsedTime(at) < RememberGuess)
            return null;
        if (Interlocked.Increment(ref inside) > Lookups + Waiting)
        {
            Interlocked.Decrement(ref inside);
            throw new TimeoutException("Too many tokens are being looked up.");
        }
        try
        {
            return await LookUp(token, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref inside);
        }
    }

    public void Dispose() => lane.Dispose();

    private async Task<ClaimAddress?> LookUp(string token, CancellationToken cancellationToken)
    {
        await lane.WaitAsync(cancellationToken);
        try
        {
            var address = await grains.ClaimToken(token).Get();
            if (address is null or { ReportsEnded: true })
            {
                if (guesses.Count >= MaxGuesses)
                    guesses.Clear();
                guesses[token] = clock.GetTimestamp();
                return null;
            }
            return address;
        }
        finally
        {
            lane.Release();
        }
    }
}
