namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Why a call failed. A closed set: each case needs a different reaction.</summary>
/// <param name="Message">Cloudflare's own message with its code, bounded; or a description of the transport error.</param>
internal abstract record ApiFailure(string Message)
{
    /// <summary>1406: the hostname exists, here or in another zone. Never retried: the hostname is looked up and adopted, or the conflict is reported.</summary>
    public sealed record Duplicate(string Message) : ApiFailure(Message);

    /// <summary>404 or 1436: there is no such hostname.</summary>
    public sealed record NotFound(string Message) : ApiFailure(Message);

    /// <summary>429, or this process's budget is used up before Cloudflare's. Nothing is sent until <paramref name="RetryAfter"/> has passed.</summary>
    public sealed record RateLimited(string Message, TimeSpan RetryAfter) : ApiFailure(Message);

    /// <summary>1404, 1405: no further hostname in this zone or account.</summary>
    public sealed record QuotaExceeded(string Message) : ApiFailure(Message);

    /// <summary>The token is wrong, expired or lacks a permission.</summary>
    public sealed record Unauthorized(string Message) : ApiFailure(Message);

    /// <summary>The request was refused; the same call will be refused again.</summary>
    /// <param name="Code">Cloudflare's code; 0 where the answer had none.</param>
    public sealed record Rejected(string Message, long Code) : ApiFailure(Message);

    /// <summary>No usable answer: time-out, network, 5xx, malformed, too large. Whether the call took effect is unknown.</summary>
    public sealed record Transient(string Message) : ApiFailure(Message);
}
