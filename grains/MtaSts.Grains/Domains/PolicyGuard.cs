using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>What may happen to mail when a policy takes the place of another, seen from the domain's MX records and history.</summary>
internal static class PolicyGuard
{
    /// <summary>Time in <c>testing</c> that large receivers advise before enforcing: every sender has reported on weekdays and weekends.</summary>
    public static readonly TimeSpan AdvisedTesting = TimeSpan.FromDays(14);

    /// <summary>Advice on <paramref name="next"/>, that which needs an override first.</summary>
    /// <param name="current">The version that senders know from this workspace, see <see cref="PolicyVersions.KnownFrom"/>; null when there is none.</param>
    /// <param name="mx">The domain's MX records, see <see cref="KnownMx"/>; null when they are not known.</param>
    public static IReadOnlyList<PolicyAdvice> Advise(PolicyContent next, PolicyVersion? current, LookupView? mx, DateTimeOffset now)
    {
        var advice = PolicyRules.Advise(next.ToPolicy()).Select(problem => new PolicyAdvice(problem.Code, problem.Message, false, PolicyContents.Field(problem.Code))).ToList();
        if (next.Mode != PolicyMode.None)
            advice.AddRange(AgainstMx(next, mx));
        if (next.Mode == PolicyMode.Enforce && current?.Content.Mode != PolicyMode.Enforce)
            advice.AddRange(Untested(current, now));
        return [.. advice.OrderByDescending(item => item.NeedsOverride)];
    }

    /// <summary>Why <paramref name="next"/> is not to be enforced without asking; empty when nothing speaks against it, or it is not enforced.</summary>
    /// <param name="overridden">Codes of advice that the owner has overridden for this policy already.</param>
    public static IReadOnlyList<PolicyAdvice> Doubts(PolicyContent next, PolicyVersion? current, LookupView? mx, IReadOnlyCollection<string> overridden, DateTimeOffset now) =>
        next.Mode == PolicyMode.Enforce ? [.. Advise(next, current, mx, now).Where(item => item.NeedsOverride && !overridden.Contains(item.Code))] : [];

    public static Refusal NeedsOverride(IReadOnlyList<PolicyAdvice> advice) => new(RefusalCodes.NeedsOverride, Text(advice), advice[0].Field);

    public static string Text(IReadOnlyList<PolicyAdvice> advice) => string.Join(" ", advice.Select(item => item.Message));

    private static IEnumerable<PolicyAdvice> AgainstMx(PolicyContent next, LookupView? mx)
    {
        if (mx is not { Status: DnsStatus.Found })
        {
            yield return next.Mode == PolicyMode.Enforce
                ? new(PolicyAdviceCodes.MxUnseen, "The domain's MX records could not be seen, so the mx lines were not compared with them: senders that enforce the policy deliver to the hosts it names alone.", true, "mx")
                : new(PolicyAdviceCodes.MxUnseen, "The domain's MX records could not be seen, so the mx lines were not compared with them.", false, "mx");
            yield break;
        }
        var policy = next.ToPolicy();
        var uncovered = policy.NotAdmitted(mx.Values);
        if (uncovered.Count > 0)
        {
            yield return next.Mode == PolicyMode.Enforce
                ? new(PolicyAdviceCodes.MxNotCovered, $"No mx line admits {Names.Listed(uncovered)}, which the DNS names as MX: senders that enforce the policy would not deliver there. Add it.", true, "mx")
                : new(PolicyAdviceCodes.MxNotCovered, $"No mx line admits {Names.Listed(uncovered)}, which the DNS names as MX. Add it before the policy is enforced.", false, "mx");
        }
        foreach (var pattern in policy.Mx.Where(pattern => !mx.Values.Any(pattern.Matches)))
        {
            yield return pattern.IsWildcard
                ? new(PolicyAdviceCodes.MxMatchesNothing, $"{pattern.Value} admits none of the domain's MX hosts, but any other host of that domain. Name the hosts, or remove it.", true, "mx")
                : new(PolicyAdviceCodes.MxMatchesNothing, $"{pattern.Value} is no MX host of the domain. Right if it is about to become one; else remove it.", false, "mx");
        }
    }

    private static IEnumerable<PolicyAdvice> Untested(PolicyVersion? current, DateTimeOffset now)
    {
        if (current?.Content.Mode != PolicyMode.Testing)
            yield return new(PolicyAdviceCodes.EnforceUntested, "This domain has no policy in testing: a mistake in it would lose mail at once, for as long as senders cache it. Begin with testing.", true, "mode");
        else if (now - current.ServedFrom < AdvisedTesting)
            yield return new(PolicyAdviceCodes.EnforceEarly, $"The policy has been in testing for {(now - current.ServedFrom).Days} days. Two weeks let every sender report first.", false, "mode");
    }
}
