namespace MtaSts.Modules.Reports;

/// <summary>How a report source is doing. A closed set: off, waiting, working, troubled.</summary>
public abstract record ReportSourceStatus
{
    private ReportSourceStatus() { }

    /// <summary>Not configured, and therefore not run.</summary>
    /// <param name="Reason">Which setting would switch it on.</param>
    public sealed record Off(string Reason) : ReportSourceStatus;

    /// <summary>Not taking reports in yet.</summary>
    /// <param name="Reason">What is being waited for.</param>
    public sealed record Waiting(string Reason) : ReportSourceStatus;

    /// <summary>Taking reports in.</summary>
    /// <param name="Detail">From where: <c>SMTP on 0.0.0.0:25</c>. No secrets.</param>
    public sealed record Working(string Detail) : ReportSourceStatus;

    /// <summary>Cannot take reports in, and goes on trying by itself.</summary>
    /// <param name="Problem">What is wrong, and what the operator can do.</param>
    public sealed record Troubled(string Problem) : ReportSourceStatus;
}
