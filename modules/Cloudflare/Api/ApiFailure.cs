namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Why a call failed. A closed set: each case asks for another reaction.</summary>
/// <param name="Message">Cloudflare's own message with its code, bounded; or what happened on the way there.</param>
internal abstract record ApiFailure(string Message)
{
    /// <summary>1406: the hostname exists, here or in another zone. Never retried: looked up and adopted, or told.</summary>
    public sealed record Duplicate(string Message) : ApiFailure(Message);

    /// <summary>404 or 1436: there is no such hostname.</summary>
    public sealed record NotFound(string Message) : ApiFailure(Message);

    /// <summary>429, or our own budget is used up before Cloudflare's is. Nothing is sent until <paramref name="RetryAfter"/> is over.</summary>
    public sealed record RateLimited(string Message, TimeSpan RetryAfter) : ApiFailure(Message);

    /// <summary>1404, 1405: no further hostname in this zone or account.</summary>
    public sealed record QuotaExceeded(string Message) : ApiFailure(Message);

    /// <summary>The token is wrong, expired or lacks a permission.</summary>
    public sealed record Unauthorized(string Message) : ApiFailure(Message);

    /// <summary>Refused for what was asked; the same call will be refused again.</summary>
    /// <param name="Code">Cloudflare's code; 0 where the answer had none.</param>
    public sealed record Rejected(string Message, long Code) : ApiFailure(Message);

    /// <summary>No usable answer: time-out, network, 5xx, malformed, too large. Whether the call was carried out is unknown.</summary>
    public sealed record Transient(string Message) : ApiFailure(Message);
}
