namespace MtaSts.Modules.Cloudflare;

/// <summary>What a custom hostname's two states come to. A closed set.</summary>
internal abstract record Judgement
{
    private Judgement() { }

    /// <summary>HTTPS answers with a valid certificate.</summary>
    public sealed record Serving(DateTimeOffset? CertificateExpiresAt) : Judgement;

    /// <summary>Cloudflare is at it.</summary>
    public sealed record Waiting(string Reason, string? NextStep) : Judgement;

    /// <summary>It goes on only when it is asked to, by a PATCH.</summary>
    /// <param name="NeedsCname">There is no use in asking before the owner's CNAME is back.</param>
    /// <param name="Serves">A certificate from before still answers.</param>
    /// <param name="ServesUntil">Its end; null when it is not known.</param>
    /// <param name="IsLate">It ends so soon that people must hear of it.</param>
    public sealed record Stopped(string Reason, string? NextStep, bool NeedsCname = false, bool Serves = false, DateTimeOffset? ServesUntil = null, bool IsLate = false) : Judgement;

    /// <summary>It is being deleted, and can be made anew once it is gone.</summary>
    public sealed record Ending : Judgement;
}
