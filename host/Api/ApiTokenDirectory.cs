using System.Collections.Concurrent;
using MtaSts.Grains;
using MtaSts.Host.Gateway;

namespace MtaSts.Host.Api;

/// <summary>What the directory says of a token. A closed set.</summary>
internal abstract record TokenAnswer
{
    private TokenAnswer() { }

    public sealed record Known(ApiTokenOwner Owner) : TokenAnswer;

    public sealed record Unknown : TokenAnswer;

    /// <summary>Too many unknown tokens at once; this one was not looked at.</summary>
    public sealed record Busy : TokenAnswer;
}

/// <summary>
/// Finds whose an API token is. Its grain is asked each time, so that a revoked token is refused at once; tokens not seen
/// before go through a narrow lane, so that guessing costs the storage no more than the lane is wide.
/// </summary>
internal sealed class ApiTokenDirectory(IGrainFactory grains, TimeProvider clock) : IDisposable
{
    private const int LaneWidth = 8;
    private const int LaneQueue = 256;

    /// <summary>Hashes of good tokens that pass by the lane.</summary>
    private const int MaxRemembered = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LookupLane lane = new(LaneWidth, LaneQueue);
    private readonly ConcurrentDictionary<string, byte> good = new(StringComparer.Ordinal);

    public async Task<TokenAnswer> FindAsync(string token)
    {
        if (token.Length is 0 or > ApiTokens.MaxLength)
            return new TokenAnswer.Unknown();
        var hash = ApiTokens.Hash(token);
        if (good.ContainsKey(hash))
            return Answer(hash, await grains.ApiToken(hash).Get());
        ApiTokenOwner? owner = null;
        using var patience = new CancellationTokenSource(Patience, clock);
        return await lane.TryRunAsync(async () => owner = await grains.ApiToken(hash).Get(), patience.Token) ? Answer(hash, owner) : new TokenAnswer.Busy();
    }

    public void Dispose() => lane.Dispose();

    private TokenAnswer Answer(string hash, ApiTokenOwner? owner)
    {
        if (owner is null)
        {
            good.TryRemove(hash, out _);
            return new TokenAnswer.Unknown();
        }
        if (good.Count < MaxRemembered)
            good.TryAdd(hash, 0);
        return new TokenAnswer.Known(owner);
    }
}
