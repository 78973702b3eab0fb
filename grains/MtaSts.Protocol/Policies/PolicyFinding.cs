namespace MtaSts.Protocol;

/// <summary>Severity of a finding in a policy file.</summary>
public enum FindingWeight
{
    /// <summary>Harmless: every known reader reads the same policy.</summary>
    Remark,

    /// <summary>RFC 8461 allows it, but some senders are known to refuse or misread it.</summary>
    Risk,

    /// <summary>RFC 8461 does not allow it: senders treat the policy as invalid.</summary>
    Violation,
}

/// <summary>One finding in a policy file.</summary>
/// <param name="Line">The line, counted from 1; 0 when it concerns the whole file.</param>
/// <param name="Weight">The severity.</param>
/// <param name="Code">Permanent, for programs: one of <see cref="PolicyCodes"/>.</param>
/// <param name="Rule">The section with the rule, such as <c>RFC 8461 §3.2</c>, or the readers that misbehave.</param>
/// <param name="Message">Human-readable: what is wrong and what to do.</param>
public sealed record PolicyFinding(int Line, FindingWeight Weight, string Code, string Rule, string Message);
