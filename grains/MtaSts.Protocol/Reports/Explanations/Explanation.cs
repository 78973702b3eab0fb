namespace MtaSts.Protocol.Reports;

/// <summary>What a failure in a report means, for the owner of the domain it is about.</summary>
/// <param name="Id">Names it, permanently: a result type of RFC 8460 §4.3, or <c>reason.</c> and a word.</param>
/// <param name="Means">What happened.</param>
/// <param name="Fault">Who probably caused it.</param>
/// <param name="Next">What to do.</param>
/// <param name="Bounces">How the same failure looks to a person whose mail was held up: codes and texts of non-delivery reports.</param>
public sealed record Explanation(string Id, string Means, Fault Fault, string Next, IReadOnlyList<string> Bounces)
{
    /// <summary>What to do where this service does not host the policy, and the owner runs the policy host; null: the same.</summary>
    public string? NextElsewhere { get; init; }

    /// <summary>With the one <see cref="Next"/> that fits.</summary>
    /// <param name="hosted">This service hosts the domain's policy.</param>
    public Explanation For(bool hosted) => NextElsewhere is null ? this : this with { Next = hosted ? Next : NextElsewhere, NextElsewhere = null };
}

/// <summary>Who probably caused a failure.</summary>
public enum Fault
{
    /// <summary>The report alone does not tell.</summary>
    Unclear,

    /// <summary>Whoever runs the MX host: STARTTLS, its certificate, its names.</summary>
    MailHost,

    /// <summary>The domain's DNS: MX, TLSA, DNSSEC, the policy record.</summary>
    Dns,

    /// <summary>Whoever serves the policy, and the CNAME that leads there.</summary>
    PolicyHost,

    /// <summary>The policy's content, or a copy of it that is out of date.</summary>
    Policy,

    /// <summary>The sender.</summary>
    Sender,
}
