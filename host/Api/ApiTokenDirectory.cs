using MtaSts.Grains;
using MtaSts.Host.Gateway;
using MtaSts.Host.Storage;

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
/// Finds the workspace of an API token. Its grain is asked each time, so that a revoked token is refused at once. Tokens that exist are known by their hashes and
/// looked up at once; others share few look-ups, so that guessing costs the storage little and delays no valid token.
/// </summary>
internal sealed class ApiTokenDirectory(IGrainFactory grains, LiveKeys keys, TimeProvider clock) : IDisposable
{
    private const int LaneWidth = 8;
    private const int LaneQueue = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LookupLane strangers = new(LaneWidth, LaneQueue);

    public async Task<TokenAnswer> FindAsync(string token)
    {
        if (token.Length is 0 or > ApiTokens.MaxLength)
            return new TokenAnswer.Unknown();
        var hash = ApiTokens.Hash(token);
        if (keys.Contains(LiveKeys.ApiToken, GrainKeys.ApiTokenKey(hash)))
            return Answer(hash, await grains.ApiToken(hash).Get());
        ApiTokenOwner? owner = null;
        using var patience = new CancellationTokenSource(Patience, clock);
        return await strangers.TryRunAsync(async () => owner = await grains.ApiToken(hash).Get(), patience.Token) ? Answer(hash, owner) : new TokenAnswer.Busy();
    }

    /// <summary>The hash of the token of a request, if such a token exists as far as is known in memory; else null.</summary>
    public string? KnownHash(HttpContext context) =>
        ApiAuthentication.TokenOf(context) is { Length: > 0 and <= ApiTokens.MaxLength } token && ApiTokens.Hash(token) is var hash && keys.Contains(LiveKeys.ApiToken, GrainKeys.ApiTokenKey(hash)) ? hash : null;

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
