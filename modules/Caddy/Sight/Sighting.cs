namespace MtaSts.Modules.Caddy.Sight;

/// <summary>Result of a connection to Caddy under a name. A closed set.</summary>
internal abstract record Sighting
{
    private Sighting() { }

    /// <summary>A certificate that senders accept.</summary>
    /// <param name="Status">HTTP status of the policy file; null when no HTTP answer came.</param>
    public sealed record Certificate(DateTimeOffset NotBefore, DateTimeOffset NotAfter, int? Status) : Sighting;

    /// <summary>A certificate that senders do not accept.</summary>
    public sealed record Unacceptable(string Reason, string NextStep) : Sighting;

    /// <summary>The handshake was aborted: Caddy has no certificate for the name and could not get one.</summary>
    public sealed record Refused : Sighting;

    /// <summary>The handshake has not ended: Caddy delays it during an order.</summary>
    public sealed record Ordering : Sighting;

    /// <summary>No answer at the address.</summary>
    public sealed record NoConnection(string Cause) : Sighting;
}
