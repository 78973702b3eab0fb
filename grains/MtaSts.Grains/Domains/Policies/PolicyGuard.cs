using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Risks to mail when a policy replaces another, according to the domain's MX records and history.</summary>
internal static class PolicyGuard
{
    private static readonly PolicyAdvice Untested = new(
        PolicyAdviceCodes.EnforceUntested, "This domain has no policy in testing now. A mistake in an enforced policy blocks mail until senders' cached copies expire. Begin with testing.", true, "mode");

    /// <summary>Advice on <paramref name="next"/>; advice that needs an override comes first.</summary>
    /// <param name="current">The version of this workspace that senders know, see <see cref="PolicyVersions.KnownFrom"/>; null when there is none.</param>
    /// <param name="mx">The domain's MX records, see <see cref="KnownMx"/>; null when they are not known.</param>
    /// <param name="awaited">Hosts that are about to become MX hosts.</param>
    public static IReadOnlyList<PolicyAdvice> Advise(PolicyContent next, PolicyVersion? current, LookupView? mx, IReadOnlyCollection<string>? awaited = null)
    {
        var advice = PolicyRules.Advise(next.ToPolicy()).Select(problem => new PolicyAdvice(problem.Code, problem.Message, false, PolicyContents.Field(problem.Code))).ToList();
        if (next.Mode != PolicyMode.None)
            advice.AddRange(AgainstMx(next, mx, awaited ?? []));
        if (next.Mode == PolicyMode.Enforce && current?.Content.Mode != PolicyMode.Enforce && current is not { Content.Mode: PolicyMode.Testing, ServedUntil: null })
            advice.Add(Untested);
        return [.. advice.OrderByDescending(item => item.NeedsOverride)];
    }

    /// <summary>Why <paramref name="next"/> must not be enforced without an override; empty when there is no reason, or it is not enforced.</summary>
    /// <param name="overridden">Codes of advice that the owner has already overridden for this policy.</param>
    public static IReadOnlyList<PolicyAdvice> Doubts(PolicyContent next, PolicyVersion? current, LookupView? mx, IReadOnlyCollection<string> overridden) =>
        next.Mode == PolicyMode.Enforce ? [.. Advise(next, current, mx).Where(item => item.NeedsOverride && !overridden.Contains(item.Code))] : [];

    public static Refusal NeedsOverride(IReadOnlyList<PolicyAdvice> advice) => new(RefusalCodes.NeedsOverride, Text(advice), advice[0].Field);

    public static string Text(IReadOnlyList<PolicyAdvice> advice) => string.Join(" ", advice.Select(item => item.Message));

    private static IEnumerable<PolicyAdvice> AgainstMx(PolicyContent next, LookupView? mx, IReadOnlyCollection<string> awaited)
    {
        if (mx is not { Status: DnsStatus.Found })
        {
            yield return next.Mode == PolicyMode.Enforce
                ? new(PolicyAdviceCodes.MxUnseen, "The domain's MX records could not be seen, so the mx lines were not compared with them. Senders that enforce the policy deliver only to the hosts that it names.", true, "mx")
                : new(PolicyAdviceCodes.MxUnseen, "The domain's MX records could not be seen, so the mx lines were not compared with them.", false, "mx");
            yield break;
        }
        var policy = next.ToPolicy();
        var uncovered = policy.NotAdmitted(mx.Values);
        if (uncovered.Count > 0)
        {
            yield return next.Mode == PolicyMode.Enforce
                ? new(PolicyAdviceCodes.MxNotCovered, $"No mx line admits {NameList.Text(uncovered)}, which the DNS names as MX: senders that enforce the policy would not deliver there. Add it.", true, "mx")
                : new(PolicyAdviceCodes.MxNotCovered, $"No mx line admits {NameList.Text(uncovered)}, which the DNS names as MX. Add it before the policy is enforced.", false, "mx");
        }
        foreach (var pattern in policy.Mx.Where(pattern => !mx.Values.Any(pattern.Matches) && !awaited.Any(pattern.Matches)))
        {
            yield return pattern.IsWildcard
                ? new(PolicyAdviceCodes.MxMatchesNothing, $"{pattern.Value} admits none of the domain's MX hosts, but any other host of that domain. Name the hosts, or remove it.", true, "mx")
                : new(PolicyAdviceCodes.MxMatchesNothing, $"{pattern.Value} is no MX host of the domain. Right if it is about to become one; else remove it.", false, "mx");
        }
    }
}
