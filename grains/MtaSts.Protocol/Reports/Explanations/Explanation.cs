namespace MtaSts.Protocol.Reports;

/// <summary>What a failure in a report means, for the owner of the domain it is about.</summary>
/// <param name="Id">Permanent id: a result type of RFC 8460 §4.3, or <c>reason.</c> and a word.</param>
/// <param name="Means">What happened.</param>
/// <param name="Fault">The probable cause.</param>
/// <param name="Next">What to do.</param>
/// <param name="Bounces">How the failure appears to the author of a delayed mail: codes and texts of non-delivery reports.</param>
public sealed record Explanation(string Id, string Means, Fault Fault, string Next, IReadOnlyList<string> Bounces)
{
    /// <summary>What to do when the owner runs the policy host instead of this service; null: the same as <see cref="Next"/>.</summary>
    public string? NextElsewhere { get; init; }

    /// <summary>The explanation with the applicable <see cref="Next"/>.</summary>
    /// <param name="hosted">This service hosts the domain's policy.</param>
    public Explanation For(bool hosted) => NextElsewhere is null ? this : this with { Next = hosted ? Next : NextElsewhere, NextElsewhere = null };
}

/// <summary>The probable cause of a failure.</summary>
public enum Fault
{
    /// <summary>Cannot be determined from the report alone.</summary>
    Unclear,

    /// <summary>The operator of the MX host: STARTTLS, its certificate, its names.</summary>
    MailHost,

    /// <summary>The domain's DNS: MX, TLSA, DNSSEC, the policy record.</summary>
    Dns,

    /// <summary>The policy host, and the CNAME that points to it.</summary>
    PolicyHost,

    /// <summary>The policy's content, or a copy of it that is out of date.</summary>
    Policy,

    /// <summary>The sender.</summary>
    Sender,
}
