namespace MtaSts.Grains;

/// <summary>A risk of a policy, to consider before it is served.</summary>
/// <param name="Code">Stable, for programs: one of <see cref="PolicyAdviceCodes"/>, or a code of <c>MtaSts.Protocol.PolicyRules.Advise</c>.</param>
/// <param name="Message">Human-readable: what may happen and what to do.</param>
/// <param name="NeedsOverride">Mail may be lost: the policy is refused until the owner overrides the advice. The override is recorded.</param>
/// <param name="Field">The policy field concerned; null for the whole policy.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyAdvice")]
public sealed record PolicyAdvice([property: Id(0)] string Code, [property: Id(1)] string Message, [property: Id(2)] bool NeedsOverride, [property: Id(3)] string? Field);

/// <summary>Codes of advice that depends on more than the policy's own text.</summary>
public static class PolicyAdviceCodes
{
    /// <summary>An MX host of the domain matches no pattern.</summary>
    public const string MxNotCovered = "mx-not-covered";

    /// <summary>A pattern matches no MX host of the domain.</summary>
    public const string MxMatchesNothing = "mx-matches-nothing";

    /// <summary>The domain's MX records could not be looked up, so the policy was not compared with them.</summary>
    public const string MxUnseen = "mx-unseen";

    /// <summary>Enforced without having been served in <c>testing</c> before.</summary>
    public const string EnforceUntested = "enforce-untested";

    /// <summary>The policy in testing does not meet the conditions for enforce.</summary>
    public const string NotReady = "not-ready";

    /// <summary>Another service serves the domain's policy in enforce, and this one does not enforce.</summary>
    public const string WeakerThanElsewhere = "weaker-than-elsewhere";

    /// <summary>The MX change plan needs hosts that no pattern admits.</summary>
    public const string MxPlanNewHosts = "mx-plan-new-hosts";

    /// <summary>No pattern admits hosts that resolvers may still return as MX, according to the MX change plan.</summary>
    public const string MxPlanOldHosts = "mx-plan-old-hosts";
}

/// <summary>An accepted policy and the remaining advice on it.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyTaken")]
public sealed record PolicyTaken([property: Id(0)] IReadOnlyList<PolicyAdvice> Advice);
