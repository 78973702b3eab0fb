namespace MtaSts.Modules.Caddy.Sight;

/// <summary>What Caddy shows under a name. A closed set.</summary>
internal abstract record Sighting
{
    private Sighting() { }

    /// <summary>A certificate that senders accept.</summary>
    /// <param name="Status">HTTP status of the policy file; null when no HTTP answer came.</param>
    public sealed record Certificate(DateTimeOffset NotBefore, DateTimeOffset NotAfter, int? Status) : Sighting;

    /// <summary>A certificate that senders do not accept.</summary>
    public sealed record Unacceptable(string Reason, string NextStep) : Sighting;

    /// <summary>The handshake was broken off: Caddy has no certificate for the name and could not get one.</summary>
    public sealed record Refused : Sighting;

    /// <summary>The handshake is still under way: Caddy holds it while it orders.</summary>
    public sealed record Ordering : Sighting;

    /// <summary>Nobody answers there.</summary>
    public sealed record NoConnection(string Cause) : Sighting;
}
