namespace MtaSts.Protocol;

/// <summary>How much a finding in a policy file matters.</summary>
public enum FindingWeight
{
    /// <summary>Harmless: every known reader gets the same policy out of it.</summary>
    Remark,

    /// <summary>RFC 8461 allows it, but some senders are known to refuse or misread it.</summary>
    Risk,

    /// <summary>RFC 8461 does not allow it: senders treat the policy as invalid.</summary>
    Violation,
}

/// <summary>Something seen in a policy file.</summary>
/// <param name="Line">The line, counted from 1; 0 when it is about the whole file.</param>
/// <param name="Weight">How much it matters.</param>
/// <param name="Code">Permanent, for programs: one of <see cref="PolicyCodes"/>.</param>
/// <param name="Rule">The section that says so, such as <c>RFC 8461 §3.2</c>, or the readers that misbehave.</param>
/// <param name="Message">For people: what is wrong and what to do.</param>
public sealed record PolicyFinding(int Line, FindingWeight Weight, string Code, string Rule, string Message);
