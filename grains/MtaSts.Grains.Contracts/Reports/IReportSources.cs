namespace MtaSts.Grains;

/// <summary>The report sources of this silo, in addition to HTTPS and upload, for the operator.</summary>
public interface IReportSources
{
    /// <summary>In the order of their modules.</summary>
    IReadOnlyList<ReportSourceView> All { get; }
}

/// <summary>A report source as shown to the operator.</summary>
/// <param name="Id">Permanent id, <c>source.smtp</c>; the module's id if the source could not be created.</param>
/// <param name="State">Its state.</param>
/// <param name="Detail">Where it receives reports, what it waits for, or what is wrong and what to do.</param>
/// <param name="Since">Time since which the host has observed this state.</param>
public sealed record ReportSourceView(string Id, ReportSourceState State, string Detail, DateTimeOffset Since);

/// <summary>State of a report source.</summary>
public enum ReportSourceState
{
    /// <summary>Not configured.</summary>
    Off,

    /// <summary>About to start.</summary>
    Waiting,

    /// <summary>Receiving reports.</summary>
    Working,

    /// <summary>Not receiving reports; retries automatically.</summary>
    Troubled,
}
