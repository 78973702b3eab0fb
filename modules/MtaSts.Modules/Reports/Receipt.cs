namespace MtaSts.Modules.Reports;

/// <summary>Result of a delivery. A closed set.</summary>
public abstract record Receipt
{
    private Receipt() { }

    /// <summary>Durable. Acknowledge it.</summary>
    /// <param name="Id">The envelope's id; the same bytes to the same addressee have the same id.</param>
    /// <param name="IsNew">False: it was already stored, and this delivery changes nothing.</param>
    public sealed record Stored(string Id, bool IsNew = true) : Receipt;

    /// <summary>The token belongs to no claim. Refuse it permanently (HTTP 404, SMTP 550).</summary>
    public sealed record UnknownToken : Receipt;

    /// <summary>Over <see cref="Envelope.MaxBytes"/> or empty. Refuse it permanently (HTTP 413 or 400, SMTP 552).</summary>
    public sealed record Refused(string Reason) : Receipt;

    /// <summary>Storage does not answer, or has no space for it now. Do not acknowledge; the sender may retry.</summary>
    public sealed record Unavailable(string Reason) : Receipt
    {
        /// <summary>
        /// Storage answers, but this report address has used its share for now (HTTP 503 with Retry-After, SMTP 452). Other addresses are not
        /// affected: a source that reads a mailbox leaves this mail for later and continues with the next.
        /// </summary>
        public bool IsOverShare { get; init; }
    }
}
