namespace MtaSts.Protocol;

/// <summary>Why a policy may not be published, or what to consider before it is.</summary>
/// <param name="Code">Permanent, for programs: one of <see cref="PolicyCodes"/>.</param>
/// <param name="Message">Human-readable: what is wrong and what to do.</param>
/// <param name="Basis">The rule's section, or the readers that misbehave.</param>
public sealed record PolicyProblem(string Code, string Message, string Basis);
