using MtaSts.Grains;

namespace MtaSts.Application.Readiness;

/// <summary>Whether a policy may be enforced.</summary>
public enum ReadinessVerdict
{
    /// <summary>No policy is served in testing.</summary>
    NotApplicable,

    /// <summary>The policy is already enforced.</summary>
    Enforced,

    /// <summary>A condition is not met.</summary>
    NotReady,

    /// <summary>All conditions are met.</summary>
    Ready,
}

/// <summary>The conditions for enforcing a domain's policy.</summary>
/// <param name="Domain">In A-labels.</param>
/// <param name="Verdict">The result.</param>
/// <param name="Items">All conditions in a fixed order; empty unless the policy is in testing.</param>
public sealed record ReadinessReport(string Domain, ReadinessVerdict Verdict, IReadOnlyList<ReadinessItem> Items)
{
    /// <summary>What prevents enforce.</summary>
    public IEnumerable<ReadinessItem> Missing => Items.Where(static item => !item.IsFine);

    /// <summary>When the policy will be ready if nothing else changes; null when it is ready, or when a condition is not met by time alone.</summary>
    public DateTimeOffset? ReadyAt => Verdict == ReadinessVerdict.NotReady && Missing.All(static item => item.Until is not null) ? Missing.Max(static item => item.Until) : null;

    /// <summary>The advice on a policy that begins to enforce; null when it is ready.</summary>
    internal PolicyAdvice? Advice => Verdict != ReadinessVerdict.NotReady ? null
        : new PolicyAdvice(PolicyAdviceCodes.NotReady, $"The policy is not ready for enforce. {string.Join(" ", Missing.Select(static item => item.Message))}", true, "mode");
}
