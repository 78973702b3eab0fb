namespace MtaSts.Protocol;

/// <summary>What the TXT records at <c>_smtp._tls.&lt;domain&gt;</c> come to (RFC 8460 §3).</summary>
public abstract record ReportingRecordReading
{
    private ReportingRecordReading()
    {
    }

    /// <summary>Exactly one reporting record, and it is valid.</summary>
    /// <param name="Record">The record.</param>
    public sealed record Found(ReportingRecord Record) : ReportingRecordReading;

    /// <summary>No text begins with <c>v=TLSRPTv1;</c>: nobody asks for reports.</summary>
    /// <param name="NearMiss">What somebody probably meant as a reporting record and why it is none; null when nothing comes near.</param>
    public sealed record None(string? NearMiss) : ReportingRecordReading;

    /// <summary>More than one text begins with <c>v=TLSRPTv1;</c>: senders send no reports.</summary>
    /// <param name="Count">How many.</param>
    public sealed record Multiple(int Count) : ReportingRecordReading;

    /// <summary>One reporting record that breaks the grammar: senders send no reports.</summary>
    /// <param name="Reason">For people: what is wrong and what to do.</param>
    public sealed record Invalid(string Reason) : ReportingRecordReading;
}
