namespace MtaSts.Modules.Reports;

/// <summary>Status of a report source. A closed set: off, waiting, working, troubled.</summary>
public abstract record ReportSourceStatus
{
    private ReportSourceStatus() { }

    /// <summary>Not configured, and therefore not run.</summary>
    /// <param name="Reason">The setting that enables it.</param>
    public sealed record Off(string Reason) : ReportSourceStatus;

    /// <summary>Not receiving reports yet.</summary>
    /// <param name="Reason">What it waits for.</param>
    public sealed record Waiting(string Reason) : ReportSourceStatus;

    /// <summary>Receiving reports.</summary>
    /// <param name="Detail">The origin: <c>SMTP on 0.0.0.0:25</c>. No secrets.</param>
    public sealed record Working(string Detail) : ReportSourceStatus;

    /// <summary>Cannot receive reports, and retries automatically.</summary>
    /// <param name="Problem">What is wrong, and what the operator can do.</param>
    public sealed record Troubled(string Problem) : ReportSourceStatus;
}
