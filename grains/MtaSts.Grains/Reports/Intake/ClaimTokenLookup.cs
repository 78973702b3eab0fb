using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace MtaSts.Grains.Reports;

/// <summary>The existing tokens, in memory. An extra or missing entry only causes a slower lookup.</summary>
public interface IKnownClaimTokens
{
    bool Contains(string token);
}

/// <summary>Finds the claim of a token, at a cost that a flood of guesses cannot increase. Existing tokens are looked up in their own lane, separate from guesses.</summary>
internal sealed class ClaimTokenLookup(IGrainFactory grains, TimeProvider clock, IKnownClaimTokens? known) : IDisposable
{
    /// <summary>Concurrent lookups in each lane: bounds the storage reads caused by a flood of guesses.</summary>
    private const int AtOnce = 32;

    /// <summary>Maximum number of waiting guesses; further ones are refused with "try again later".</summary>
    private const int Waiting = 1_000;

    /// <summary>Maximum number of guesses remembered for <see cref="RememberGuess"/>.</summary>
    private const int MaxGuesses = 10_000;

    private static readonly TimeSpan RememberGuess = TimeSpan.FromSeconds(10);

    private readonly ConcurrencyLimiter ofKnown = new(new() { PermitLimit = AtOnce, QueueLimit = int.MaxValue });
    private readonly ConcurrencyLimiter ofGuesses = new(new() { PermitLimit = AtOnce, QueueLimit = Waiting });
    private readonly ConcurrentDictionary<string, long> guesses = new(StringComparer.Ordinal);

    /// <summary>Null when no claim has it. Throws when the lookup fails.</summary>
    public async Task<ClaimAddress?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!ClaimTokenForm.Fits(token))
            return null;
        token = token.ToLowerInvariant();
        if (known?.Contains(token) == true)
            return await LookUp(ofKnown, token, cancellationToken);
        if (guesses.TryGetValue(token, out var at) && clock.GetElapsedTime(at) < RememberGuess)
            return null;
        if (await LookUp(ofGuesses, token, cancellationToken) is { } address)
            return address;
        if (guesses.Count >= MaxGuesses)
            guesses.Clear();
        guesses[token] = clock.GetTimestamp();
        return null;
    }

    public void Dispose()
    {
        ofKnown.Dispose();
        ofGuesses.Dispose();
    }

    private async Task<ClaimAddress?> LookUp(ConcurrencyLimiter lane, string token, CancellationToken cancellationToken)
    {
        using var place = await lane.AcquireAsync(1, cancellationToken);
        if (!place.IsAcquired)
            throw new TimeoutException("Too many tokens are being looked up.");
        return await grains.ClaimToken(token).Get() is { ReportsEnded: false } address ? address : null;
    }
}
