namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>A custom hostname: its two states and when each changes.</summary>
internal sealed class SimulatedHostname
{
    public required string Id { get; init; }

    public required string Hostname { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string Status { get; set; } = "pending";

    public List<string> VerificationErrors { get; } = [];

    public int Checks { get; set; }

    public DateTimeOffset? NextCheckAt { get; set; }

    /// <summary>When a moved hostname is deleted, or a deletion is done.</summary>
    public DateTimeOffset? GoneAt { get; set; }

    /// <summary>Why it is blocked; a PATCH has no effect while this is set.</summary>
    public string? Hold { get; set; }

    public SimulatedCertificate? Certificate { get; set; }
}

/// <summary>The certificate of a custom hostname.</summary>
internal sealed class SimulatedCertificate
{
    public required string Id { get; init; }

    public string Status { get; set; } = "initializing";

    public required string Method { get; set; }

    public required string Type { get; set; }

    public string? MinTlsVersion { get; set; }

    public bool Branding { get; set; }

    public List<string> ValidationErrors { get; } = [];

    public int Validations { get; set; }

    /// <summary>When the state changes; null in final states.</summary>
    public DateTimeOffset? NextStepAt { get; set; }

    public DateTimeOffset? IssuedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }
}
