using MtaSts.Application;

namespace MtaSts.Host.Api;

/// <summary>The caller: a token's actor, or for downloads a session's.</summary>
internal sealed record Caller(Actor Actor)
{
    /// <exception cref="InvalidOperationException">The request was not authenticated. No answer is safer than an unauthorised one.</exception>
    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        ValueTask.FromResult(new Caller(ActorClaims.Read(context.User) ?? throw new InvalidOperationException("A call without an actor.")));
}
