namespace MtaSts.Modules.Cloudflare;

/// <summary>The combined state of a custom hostname. A closed set.</summary>
internal abstract record Judgement
{
    private Judgement() { }

    /// <summary>HTTPS answers with a valid certificate.</summary>
    public sealed record Serving(DateTimeOffset? CertificateExpiresAt) : Judgement;

    /// <summary>Cloudflare is working on it.</summary>
    public sealed record Waiting(string Reason, string? NextStep) : Judgement;

    /// <summary>It continues only after a PATCH.</summary>
    /// <param name="NeedsCname">A PATCH has no use before the owner's CNAME exists again.</param>
    /// <param name="Serves">An earlier certificate is still served.</param>
    /// <param name="ServesUntil">Its expiry; null when unknown.</param>
    /// <param name="IsLate">It expires so soon that the owner must be warned.</param>
    public sealed record Stopped(string Reason, string? NextStep, bool NeedsCname = false, bool Serves = false, DateTimeOffset? ServesUntil = null, bool IsLate = false) : Judgement;

    /// <summary>It is being deleted, and can be created again afterwards.</summary>
    public sealed record Ending : Judgement;
}
