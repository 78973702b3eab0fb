using static MtaSts.Protocol.PolicyCodes;

namespace MtaSts.Protocol;

/// <summary>Rules for publishing a policy, and advice.</summary>
public static class PolicyRules
{
    /// <summary>One day in seconds: shorter lifetimes are raised or ignored by some senders.</summary>
    public const int AdvisedMaxAge = 86_400;

    /// <summary>One week in seconds: the least that every sender honours for an enforced policy.</summary>
    public const int AdvisedMaxAgeForEnforce = 604_800;

    /// <summary>365 days in seconds: the longest lifetime that every sender honours.</summary>
    public const int AdvisedMaxAgeLimit = 31_536_000;

    /// <summary>Why this policy may not be written; empty when it may.</summary>
    public static IReadOnlyList<PolicyProblem> Check(Policy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var problems = new List<PolicyProblem>();
        if (!Enum.IsDefined(policy.Mode))
            problems.Add(new(ModeUnknown, "The mode must be none, testing or enforce.", "RFC 8461 §3.2"));
        if (policy.MaxAge is < 0 or > Policy.MaxAgeLimit)
        {
            problems.Add(new(MaxAgeOutOfRange, $"max_age must be between 1 and {Policy.MaxAgeLimit} seconds.", "RFC 8461 §3.2"));
        }

        if (policy.MaxAge == 0)
            problems.Add(ZeroMaxAge);
        if (policy.Mx.Count == 0)
            problems.Add(NoMx);

        var seen = new HashSet<MxPattern>();
        foreach (var pattern in policy.Mx)
        {
            if (!seen.Add(pattern))
                problems.Add(Duplicate(pattern));
            else if (Judge(pattern) is { } problem)
                problems.Add(problem);
            if (problems.Count >= PolicyReader.MaxFindings)
                break;
        }

        if (Enum.IsDefined(policy.Mode) && PolicyWriter.SizeOf(policy) > PolicyWriter.MaxSize)
            problems.Add(TooLargeAt(PolicyWriter.SizeOf(policy)));
        return problems;
    }

    /// <summary>Risks of a valid policy; empty when there are none.</summary>
    public static IReadOnlyList<PolicyProblem> Advise(Policy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var advice = new List<PolicyProblem>();
        if (policy.MaxAge is > 0 and < AdvisedMaxAge)
        {
            advice.Add(new(
                MaxAgeShort,
                $"max_age is under a day ({AdvisedMaxAge} seconds). Senders that fetch once a day lose the policy in between.",
                "Mimecast lifts testing to 86400; Stalwart ignores values below 3600; RFC 8461 §10.2"));
        }

        if (policy is { Mode: PolicyMode.Enforce, MaxAge: > 0 and < AdvisedMaxAgeForEnforce })
        {
            advice.Add(new(
                MaxAgeShortForEnforce,
                $"max_age of an enforced policy is under a week ({AdvisedMaxAgeForEnforce} seconds): some senders keep it for a week "
                + "anyway, and for others it expires too soon.",
                "Mimecast lifts enforce to 604800; RFC 8461 §3.2 expects weeks or more"));
        }

        if (policy.MaxAge == Policy.MaxAgeLimit)
        {
            advice.Add(new(
                MaxAgeAtLimit,
                $"max_age is exactly the maximum, which some senders treat as too large. Use {AdvisedMaxAgeLimit} or less.",
                "Stalwart takes 86400 instead of 31557600"));
        }
        else if (policy.MaxAge is > AdvisedMaxAgeLimit and < Policy.MaxAgeLimit)
        {
            advice.Add(new(
                MaxAgeLong,
                $"max_age is over 365 days. Use {AdvisedMaxAgeLimit} or less, the range in which all senders agree.",
                "RFC 8461 §3.2 with erratum 7282; clamped by some readers near the maximum"));
        }

        foreach (var pattern in policy.Mx.Where(static pattern => pattern.IsWildcard).Distinct().Take(PolicyReader.MaxFindings))
        {
            advice.Add(new(
                MxWildcard,
                $"{pattern} matches exactly one label, but some senders let it match several, and it matches any host of the "
                + "domain that can get a certificate. List the hosts by name if you can.",
                "mailauth and Postfix match several labels; RFC 8461 §10.4"));
        }

        return advice;
    }

    internal static PolicyProblem NoMx { get; } = new(
        MxMissing,
        "There is no mx. List the hosts of the domain's MX records, also while the mode is none.",
        "RFC 8461 §3.2; Stalwart and chasquid refuse it for none too");

    internal static PolicyProblem ZeroMaxAge { get; } = new(
        MaxAgeZero,
        $"max_age is 0: no sender would keep the policy. Use {AdvisedMaxAge} or more.",
        "chasquid refuses 0; Stalwart takes 86400 instead");

    internal static PolicyProblem TooLargeAt(long size) => new(
        TooLargeToPublish,
        $"The policy has {size} bytes; beyond {PolicyWriter.MaxSize} some senders cut it. Use fewer hosts, or a wildcard.",
        "chasquid reads 10 KiB");

    internal static PolicyProblem Duplicate(MxPattern pattern) => new(
        MxDuplicate, $"{pattern} occurs more than once. Keep one.", "own rule: each line once");

    /// <summary>A problem in a pattern that matches the grammar but that no working mail host can have.</summary>
    internal static PolicyProblem? Judge(MxPattern pattern)
    {
        if (!pattern.Domain.Contains('.'))
        {
            return new(
                MxSingleLabel,
                pattern.IsWildcard
                    ? $"{pattern} would match every domain under that suffix. List the hosts, or a wildcard under your own domain."
                    : $"{pattern} has no dot, and no public certificate is issued for such a name. Enter the full host name.",
                "RFC 8461 §4.2 needs a certificate; §10.4");
        }

        return HostName.HasOnlyGenuineALabels(pattern.Domain)
            ? null
            : new(MxNotIdna, $"{pattern} has a label that begins with xn-- but encodes nothing. Correct it.", "RFC 8461 §3.2, RFC 5890 §2.3.2");
    }
}
