namespace MtaSts.Protocol;

/// <summary>The result of reading a policy file: <see cref="Accepted"/> or <see cref="Refused"/>.</summary>
public abstract record PolicyReading
{
    private PolicyReading()
    {
    }

    /// <summary>The policy can be used.</summary>
    /// <param name="Policy">What it says.</param>
    /// <param name="Notes">Findings that do not prevent its use, by line; at most <see cref="PolicyReader.MaxFindings"/> of a weight.</param>
    public sealed record Accepted(Policy Policy, IReadOnlyList<PolicyFinding> Notes) : PolicyReading;

    /// <summary>The policy cannot be used.</summary>
    /// <param name="Problems">Why, by line; never empty, at most <see cref="PolicyReader.MaxFindings"/> of a weight.</param>
    public sealed record Refused(IReadOnlyList<PolicyFinding> Problems) : PolicyReading;
}
