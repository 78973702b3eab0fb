namespace MtaSts.Modules.Reports;

/// <summary>What became of a delivered envelope. A closed set.</summary>
public abstract record Receipt
{
    private Receipt() { }

    /// <summary>Durable. Acknowledge it.</summary>
    /// <param name="Id">The envelope's id; the same bytes to the same addressee have the same id.</param>
    /// <param name="IsNew">False: it had been stored before, so this delivery changes nothing.</param>
    public sealed record Stored(string Id, bool IsNew = true) : Receipt;

    /// <summary>The token belongs to no claim. Refuse it for good (HTTP 404, SMTP 550).</summary>
    public sealed record UnknownToken : Receipt;

    /// <summary>Over <see cref="Envelope.MaxBytes"/> or empty. Refuse it for good (HTTP 413 or 400, SMTP 552).</summary>
    public sealed record Refused(string Reason) : Receipt;

    /// <summary>Storage does not answer, or has no room for it now. Do not acknowledge; the sender may try again.</summary>
    public sealed record Unavailable(string Reason) : Receipt
    {
        /// <summary>
        /// Storage answers, but this report address has taken in its share for now (HTTP 503 with Retry-After, SMTP 452). Others go on: a source that reads a mailbox leaves
        /// this mail for later and takes the next.
        /// </summary>
        public bool IsOverShare { get; init; }
    }
}
