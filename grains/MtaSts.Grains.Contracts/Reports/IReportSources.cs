namespace MtaSts.Grains;

/// <summary>The ways in which this silo takes reports in, beside HTTPS and upload, for its operator.</summary>
public interface IReportSources
{
    /// <summary>In the order of their modules.</summary>
    IReadOnlyList<ReportSourceView> All { get; }
}

/// <summary>A report source as its operator sees it.</summary>
/// <param name="Id">Permanent id, <c>source.smtp</c>; the module's id as long as the source could not be made.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Detail">From where it takes reports, what it waits for, or what is wrong and what to do.</param>
/// <param name="Since">Since when it has been in this state, as far as the host has noticed.</param>
public sealed record ReportSourceView(string Id, ReportSourceState State, string Detail, DateTimeOffset Since);

/// <summary>What a report source is doing.</summary>
public enum ReportSourceState
{
    /// <summary>Not configured.</summary>
    Off,

    /// <summary>About to begin.</summary>
    Waiting,

    /// <summary>Taking reports in.</summary>
    Working,

    /// <summary>Takes no reports in; tries again by itself.</summary>
    Troubled,
}
