namespace MtaSts.Grains.Domains;

/// <summary>
/// A domain moved to another service that serves the same policy, and its hosting was switched off here. Senders keep the policy: nothing is to be published for this service, and no
/// record of it is missed. The retirement clock is not shortened, because the policy host may lead here again.
/// </summary>
internal static class MovingOut
{
    public static bool IsServedElsewhere(DomainState state, Claim claim, Observation seen) =>
        state.Serving == ServingState.Retiring && seen.Elsewhere is { Fault: null, Content: { } content } && claim.Draft is { } last && PolicyContents.Same(content, last);
}
