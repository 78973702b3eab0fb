namespace MtaSts.Application.Alerts;

/// <summary>Severity of an alert.</summary>
public enum AlertSeverity
{
    /// <summary>A reminder: nothing is wrong.</summary>
    Info,

    /// <summary>Needs attention.</summary>
    Warning,

    /// <summary>Mail or its protection is lost, or will be if nothing is done.</summary>
    Critical,
}

/// <summary>The text of an alert.</summary>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Title">Short title.</param>
/// <param name="Explanation">The state and its consequences.</param>
/// <param name="NextStep">What to do; empty when there is nothing to do.</param>
/// <param name="Link">Path of the page where the problem can be fixed.</param>
public sealed record AlertText(AlertSeverity Severity, string Title, string Explanation, string NextStep, string Link)
{
    /// <summary>Explanation and next step together.</summary>
    public string Message => NextStep.Length == 0 ? Explanation : $"{Explanation} {NextStep}";
}
