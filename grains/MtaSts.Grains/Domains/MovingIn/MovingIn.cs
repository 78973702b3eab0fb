using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// A domain whose policy another service serves moves to this one. At no moment does a sender get nothing or less than before:
/// <list type="number">
/// <item>The policy that is in effect is taken over unchanged. Senders apply it already, so this is no new risk: it needs no override and no verdict on readiness.</item>
/// <item>A claim record proves control while the policy host still leads to the other service, so the policy is served here before the CNAME moves.</item>
/// <item>The id is announced only after the CNAME has moved.</item>
/// </list>
/// </summary>
internal static class MovingIn
{
    private static readonly TimeSpan SeenEach = TimeSpan.FromDays(1);

    /// <summary>The policy that another service serves for the domain and senders can fetch; null when there is none.</summary>
    public static PolicyContent? Served(DomainState state) =>
        state is { Serving: ServingState.Off or ServingState.Provisioning, Elsewhere: { AbsentSince: null, FailingSince: null, Content: { } content } } ? content : null;

    /// <summary>Whether senders apply exactly this policy already, because another service serves it, or served it until the CNAME moved.</summary>
    public static bool IsInEffect(DomainState state, Claim claim, PolicyContent content, DateTimeOffset now)
    {
        if (state.Serving is not (ServingState.Off or ServingState.Provisioning))
            return false;
        if (Served(state) is { } served)
            return PolicyContents.Same(served, content);
        return claim.TakenOver is { } taken && PolicyContents.Same(taken.Content, content) && taken.SeenAt + SeenEach + TimeSpan.FromSeconds(taken.Content.MaxAge) > now;
    }

    /// <summary>Advice on a policy that enforces less than the one that another service serves.</summary>
    public static PolicyAdvice? Weaker(DomainState state, PolicyContent next) =>
        state.Serving == ServingState.Off && next.Mode != PolicyMode.Enforce && Served(state) is { Mode: PolicyMode.Enforce }
            ? new(PolicyAdviceCodes.WeakerThanElsewhere, $"Another service serves this domain's policy in enforce. With {next.Mode.ToText()}, senders stop enforcing it when the CNAME moves. Take over the policy that is served there instead.", true, "mode")
            : null;

    /// <summary>The policy that hosting starts with when none was set: the one in effect, if it can be published here.</summary>
    public static PolicyContent? Starting(DomainState state) => Served(state) is { } served ? PolicyContents.Normalise(served).Content : null;

    /// <summary>Whether the claim serves a policy that was taken over before its CNAME leads here. The other service still serves all senders.</summary>
    public static bool AwaitsCname(DomainState state) =>
        state.Serving == ServingState.Provisioning && Claims.Holder(state) is { TakenOver: not null } && PolicyHosts.IsUnreached(state);

    /// <summary>Whether the policy can be served before the CNAME moves: it is still the one in effect, and a record published for this purpose proves control.</summary>
    public static bool MayBegin(DomainState state, Claim holder, Evidence evidence) =>
        holder is { TakenOver: not null, Draft: { } draft } && evidence.Places.HasFlag(TokenPlaces.ClaimRecord) && Served(state) is { } served && PolicyContents.Same(served, draft);

    /// <summary>Records which claims have the policy in effect as theirs.</summary>
    public static DomainState Note(DomainState state, DateTimeOffset now)
    {
        foreach (var claim in state.Claims)
        {
            if (state.Serving == ServingState.Live && claim.TakenOver is not null && claim.Workspace == state.Holder)
                state = Claims.Update(state, claim with { TakenOver = null }); // It has moved.
            else if (Served(state) is { } served && claim.Draft is { } draft && PolicyContents.Same(served, draft) && !(claim.TakenOver is { } taken && PolicyContents.Same(taken.Content, served) && now - taken.SeenAt < SeenEach))
                state = Claims.Update(state, claim with { TakenOver = new(served, now) });
        }
        return state;
    }
}
