using System.Collections.Concurrent;

namespace MtaSts.Grains.Reports;

/// <summary>The tokens that exist, as known in memory. An extra or a missing one only costs a slower look-up.</summary>
public interface IKnownClaimTokens
{
    bool Contains(string token);
}

/// <summary>Finds the claim of a token, at a cost that a flood of guesses cannot drive up. Tokens that exist are looked up in a lane of their own, separate from guesses.</summary>
internal sealed class ClaimTokenLookup(IGrainFactory grains, TimeProvider clock, IKnownClaimTokens? known) : IDisposable
{
    /// <summary>Look-ups at once in each lane: a flood of guesses costs no more storage reads than this.</summary>
    private const int AtOnce = 32;

    /// <summary>Guesses that wait for their turn; those beyond are refused with "try again later".</summary>
    private const int Waiting = 1_000;

    /// <summary>Guesses remembered for <see cref="RememberGuess"/>.</summary>
    private const int MaxGuesses = 10_000;

    private static readonly TimeSpan RememberGuess = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim ofKnown = new(AtOnce, AtOnce);
    private readonly SemaphoreSlim ofGuesses = new(AtOnce, AtOnce);
    private readonly ConcurrentDictionary<string, long> guesses = new(StringComparer.Ordinal);
    private int guessing;

    /// <summary>Null: no claim has it. Throws when that cannot be found out.</summary>
    public async Task<ClaimAddress?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!ClaimTokenForm.Fits(token))
            return null;
        token = token.ToLowerInvariant();
        if (known?.Contains(token) == true)
            return await LookUp(ofKnown, token, cancellationToken);
        if (guesses.TryGetValue(token, out var at) && clock.GetElapsedTime(at) < RememberGuess)
            return null;
        if (Interlocked.Increment(ref guessing) > AtOnce + Waiting)
        {
            Interlocked.Decrement(ref guessing);
            throw new TimeoutException("Too many tokens are being looked up.");
        }
        try
        {
            if (await LookUp(ofGuesses, token, cancellationToken) is { } address)
                return address;
            if (guesses.Count >= MaxGuesses)
                guesses.Clear();
            guesses[token] = clock.GetTimestamp();
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref guessing);
        }
    }

    public void Dispose()
    {
        ofKnown.Dispose();
        ofGuesses.Dispose();
    }

    private async Task<ClaimAddress?> LookUp(SemaphoreSlim lane, string token, CancellationToken cancellationToken)
    {
        await lane.WaitAsync(cancellationToken);
        try
        {
            return await grains.ClaimToken(token).Get() is { ReportsEnded: false } address ? address : null;
        }
        finally
        {
            lane.Release();
        }
    }
}
