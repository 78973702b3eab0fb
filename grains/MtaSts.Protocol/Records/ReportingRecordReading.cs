namespace MtaSts.Protocol;

/// <summary>The result of reading the TXT records at <c>_smtp._tls.&lt;domain&gt;</c> (RFC 8460 §3).</summary>
public abstract record ReportingRecordReading
{
    private ReportingRecordReading()
    {
    }

    /// <summary>Exactly one reporting record, and it is valid.</summary>
    /// <param name="Record">The record.</param>
    public sealed record Found(ReportingRecord Record) : ReportingRecordReading;

    /// <summary>No text begins with <c>v=TLSRPTv1;</c>: no reports are requested.</summary>
    /// <param name="NearMiss">Text that was probably meant as a reporting record, and why it is not one; null when there is none.</param>
    public sealed record None(string? NearMiss) : ReportingRecordReading;

    /// <summary>More than one text begins with <c>v=TLSRPTv1;</c>: senders send no reports.</summary>
    /// <param name="Count">How many.</param>
    public sealed record Multiple(int Count) : ReportingRecordReading;

    /// <summary>One reporting record that breaks the grammar: senders send no reports.</summary>
    /// <param name="Reason">Human-readable: what is wrong and what to do.</param>
    public sealed record Invalid(string Reason) : ReportingRecordReading;
}
