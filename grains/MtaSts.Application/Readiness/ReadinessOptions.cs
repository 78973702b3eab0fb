namespace MtaSts.Application.Readiness;

/// <summary>Section <c>Hosting</c>: what a policy in testing needs before it can be enforced without an override.</summary>
public sealed class ReadinessOptions
{
    /// <summary>Days in testing before a policy is ready for enforce, and the days whose reports are judged. Two weeks contain every weekday twice.</summary>
    public int TestingDays { get; set; } = 14;

    /// <summary>Organisations that must have sent verified reports in these days. Organisations that sign with the same domain count once.</summary>
    public int LeastReporters { get; set; } = 2;
}
