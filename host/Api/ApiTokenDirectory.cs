using System.Threading.RateLimiting;
using MtaSts.Application.Workspaces;
using MtaSts.Grains;
using MtaSts.Grains.Storage;

namespace MtaSts.Host.Api;

/// <summary>Result of a token look-up. A closed set.</summary>
internal abstract record TokenAnswer
{
    private TokenAnswer() { }

    public sealed record Known(ApiTokenOwner Owner) : TokenAnswer;

    public sealed record Unknown : TokenAnswer;

    /// <summary>Too many unknown tokens at once; this one was not checked.</summary>
    public sealed record Busy : TokenAnswer;
}

/// <summary>
/// Finds the workspace of an API token. Its grain is asked each time, so that a revoked token is refused at once. The hashes of existing tokens are
/// in memory, and these tokens are looked up at once; all others share few look-ups, so that guessing costs the storage little and delays no valid
/// token.
/// </summary>
internal sealed class ApiTokenDirectory(ApiTokenCommands owners, LiveKeys keys, TimeProvider clock) : IDisposable
{
    private const int LaneWidth = 8;
    private const int LaneQueue = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrencyLimiter strangers = new(new() { PermitLimit = LaneWidth, QueueLimit = LaneQueue });

    public async Task<TokenAnswer> FindAsync(string token)
    {
        if (token.Length is 0 or > ApiTokens.MaxLength)
            return new TokenAnswer.Unknown();
        var hash = ApiTokens.Hash(token);
        if (keys.Contains(LiveKeys.ApiToken, GrainKeys.ApiTokenKey(hash)))
            return Answer(hash, await owners.FindOwner(hash));
        using var patience = new CancellationTokenSource(Patience, clock);
        try
        {
            using var place = await strangers.AcquireAsync(1, patience.Token);
            return place.IsAcquired ? Answer(hash, await owners.FindOwner(hash)) : new TokenAnswer.Busy();
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new TokenAnswer.Busy();
        }
    }

    /// <summary>The hash of the token of a request, if the token is known in memory; else null.</summary>
    public string? KnownHash(HttpContext context) =>
        BearerTokens.TokenOf(context) is { Length: > 0 and <= ApiTokens.MaxLength } token && ApiTokens.Hash(token) is var hash && keys.Contains(LiveKeys.ApiToken, GrainKeys.ApiTokenKey(hash)) ? hash : null;

    public void Dispose() => strangers.Dispose();

    private TokenAnswer Answer(string hash, ApiTokenOwner? owner)
    {
        if (owner is null)
        {
            keys.Remove(LiveKeys.ApiToken, GrainKeys.ApiTokenKey(hash));
            return new TokenAnswer.Unknown();
        }
        keys.Add(LiveKeys.ApiToken, GrainKeys.ApiTokenKey(hash));
        return new TokenAnswer.Known(owner);
    }
}
