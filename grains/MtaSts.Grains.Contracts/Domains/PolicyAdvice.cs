namespace MtaSts.Grains;

/// <summary>What is to be thought over before a policy is served.</summary>
/// <param name="Code">Stable, for programs: one of <see cref="PolicyAdviceCodes"/>, or a code of <c>MtaSts.Protocol.PolicyRules.Advise</c>.</param>
/// <param name="Message">For people: what may happen and what to do.</param>
/// <param name="NeedsOverride">Mail may be lost by it: the policy is refused until the owner says that it is meant. That is recorded.</param>
/// <param name="Field">The field of the policy it is about; null for the whole.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyAdvice")]
public sealed record PolicyAdvice([property: Id(0)] string Code, [property: Id(1)] string Message, [property: Id(2)] bool NeedsOverride, [property: Id(3)] string? Field);

/// <summary>Advice that looks at more than the policy's own text.</summary>
public static class PolicyAdviceCodes
{
    /// <summary>An MX host of the domain is admitted by no pattern.</summary>
    public const string MxNotCovered = "mx-not-covered";

    /// <summary>A pattern admits no MX host of the domain.</summary>
    public const string MxMatchesNothing = "mx-matches-nothing";

    /// <summary>The domain's MX records could not be seen, so that nothing was compared with them.</summary>
    public const string MxUnseen = "mx-unseen";

    /// <summary>Enforced without having been served in <c>testing</c> before.</summary>
    public const string EnforceUntested = "enforce-untested";

    /// <summary>Enforced after a short time of <c>testing</c>.</summary>
    public const string EnforceEarly = "enforce-early";
}

/// <summary>A policy that was taken, and what is still to be said about it.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyTaken")]
public sealed record PolicyTaken([property: Id(0)] IReadOnlyList<PolicyAdvice> Advice);
