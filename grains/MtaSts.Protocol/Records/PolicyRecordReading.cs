namespace MtaSts.Protocol;

/// <summary>The result of reading the TXT records at <c>_mta-sts.&lt;domain&gt;</c> (RFC 8461 §3.1).</summary>
public abstract record PolicyRecordReading
{
    private PolicyRecordReading()
    {
    }

    /// <summary>Exactly one policy record, and it is valid.</summary>
    /// <param name="Record">The record.</param>
    public sealed record Found(PolicyRecord Record) : PolicyRecordReading;

    /// <summary>No text begins with <c>v=STSv1;</c>: the domain has no policy.</summary>
    /// <param name="NearMiss">Text that was probably meant as a policy record, and why it is not one; null when there is none.</param>
    public sealed record None(string? NearMiss) : PolicyRecordReading;

    /// <summary>More than one text begins with <c>v=STSv1;</c>: senders treat the domain as having no policy.</summary>
    /// <param name="Count">How many.</param>
    public sealed record Multiple(int Count) : PolicyRecordReading;

    /// <summary>One policy record that breaks the grammar: senders treat the domain as having no policy.</summary>
    /// <param name="Reason">Human-readable: what is wrong and what to do.</param>
    public sealed record Invalid(string Reason) : PolicyRecordReading;
}
