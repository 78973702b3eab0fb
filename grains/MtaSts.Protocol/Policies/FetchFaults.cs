using System.Globalization;

namespace MtaSts.Protocol;

/// <summary>Why senders cannot get a policy from a policy host, as seen from outside (RFC 8461 §3.3).</summary>
public enum FetchFaultKind
{
    /// <summary>The DNS gave no answer for the addresses. Detail: what the resolver reported.</summary>
    DnsFailed,

    /// <summary>The name has no address.</summary>
    NoAddress,

    /// <summary>An address is not globally routable; no connection was made.</summary>
    PrivateAddress,

    /// <summary>No TCP connection. Detail: the socket error.</summary>
    NoConnection,

    /// <summary>No answer within the limit.</summary>
    Timeout,

    /// <summary>The certificate is not valid for the name, or the TLS version is too old.</summary>
    Certificate,

    /// <summary>The connection ended early, or the answer was not HTTP.</summary>
    NotHttp,

    /// <summary>404.</summary>
    NoPolicy,

    /// <summary>A redirect, which senders must not follow.</summary>
    Redirect,

    /// <summary>A status other than 200. Detail: the status.</summary>
    Status,

    /// <summary>The media type is not text/plain.</summary>
    MediaType,

    /// <summary>Larger than senders read.</summary>
    TooLarge,

    /// <summary>The body is not a policy. Detail: one of <see cref="PolicyCodes"/>.</summary>
    NotAPolicy,

    /// <summary>Slower than the timeout of some senders. Detail: seconds.</summary>
    Slow,

    /// <summary>The host's addresses return different policies.</summary>
    Differs,

    /// <summary>Cloudflare answered with a challenge. Detail: the status.</summary>
    CloudflareChallenge,

    /// <summary>Cloudflare answered 403.</summary>
    CloudflareRefused,

    /// <summary>Cloudflare answered 429.</summary>
    CloudflareRateLimit,

    /// <summary>Cloudflare answered with an error page with status 503.</summary>
    CloudflarePage,

    /// <summary>Cloudflare could not get an answer from the gateway. Detail: the status, 520 to 530.</summary>
    CloudflareOrigin,

    /// <summary>A web page instead of the policy. Detail: the status.</summary>
    WebPage,

    /// <summary>A request that only this service can answer was answered by something else. Detail: the status, or empty.</summary>
    OtherServer,

    /// <summary>This service is not configured to fetch from outside, or ended the fetch itself.</summary>
    NotTried,
}

/// <summary>The texts of <see cref="FetchFaultKind"/>.</summary>
public static class FetchFaults
{
    private const string Relax = "In the Cloudflare zone that answers for this name, switch off Browser Integrity Check, Bot Fight Mode and Under Attack mode, and let no WAF rule challenge or block it: mail servers solve no challenge.";

    /// <summary>Whether the fault shows something about the policy host. It does not when the DNS gave no answer, or nothing was fetched.</summary>
    public static bool IsConclusive(FetchFaultKind kind) => kind is not (FetchFaultKind.DnsFailed or FetchFaultKind.NotTried);

    /// <summary>Names the fault in two or three words, for a mark beside the policy.</summary>
    public static string Label(FetchFaultKind kind) => kind switch
    {
        FetchFaultKind.DnsFailed or FetchFaultKind.NotTried => "not checked",
        FetchFaultKind.Certificate => "certificate not valid",
        FetchFaultKind.NoPolicy => "no policy",
        FetchFaultKind.Redirect => "redirect",
        FetchFaultKind.Status => "error status",
        FetchFaultKind.MediaType => "wrong media type",
        FetchFaultKind.TooLarge => "too large",
        FetchFaultKind.NotAPolicy => "not valid",
        FetchFaultKind.Slow => "slow",
        FetchFaultKind.Differs => "inconsistent",
        FetchFaultKind.WebPage or FetchFaultKind.OtherServer => "other content",
        FetchFaultKind.CloudflareChallenge or FetchFaultKind.CloudflareRefused or FetchFaultKind.CloudflareRateLimit or FetchFaultKind.CloudflarePage => "refused by Cloudflare",
        _ => "not reachable", // No address, no connection, no answer: the host itself.
    };

    /// <summary>States the problem and, where it is not obvious, the change to make.</summary>
    /// <param name="kind">The fault.</param>
    /// <param name="address">The address that was queried; null when the fault concerns no address.</param>
    /// <param name="detail">See the kind; null where it has none.</param>
    public static string Describe(FetchFaultKind kind, string? address, string? detail) => kind switch
    {
        FetchFaultKind.DnsFailed => $"The DNS gave no answer for the addresses of the policy host ({detail}).",
        FetchFaultKind.NoAddress => "The policy host has no address in the DNS.",
        FetchFaultKind.PrivateAddress => $"The policy host has the address {address}, which is not a public address.",
        FetchFaultKind.Differs => "Its addresses give different policies.",
        FetchFaultKind.NotTried => "This service did not fetch from outside.",
        _ => (address is null ? "" : address + ": ") + Answer(kind, detail),
    };

    private static string Answer(FetchFaultKind kind, string? detail) => kind switch
    {
        FetchFaultKind.NoConnection => $"No connection ({detail}).",
        FetchFaultKind.Timeout => "No answer in time.",
        FetchFaultKind.Certificate => "The certificate is not valid for this name now, or TLS 1.2 is not offered.",
        FetchFaultKind.NotHttp => "The connection was lost, or the answer was not HTTP.",
        FetchFaultKind.NoPolicy => "The answer is 404: there is no policy.",
        FetchFaultKind.Redirect => "The answer is a redirect, which senders must not follow. Serve the policy there.",
        FetchFaultKind.Status => $"The answer has status {detail}; senders accept only 200.",
        FetchFaultKind.MediaType => "The media type is not text/plain; several senders then refuse the policy.",
        FetchFaultKind.TooLarge => string.Create(CultureInfo.InvariantCulture, $"The answer is larger than the {PolicyReader.MaxSize} bytes that senders read."),
        FetchFaultKind.NotAPolicy => $"The answer is not a valid policy ({detail}).",
        FetchFaultKind.Slow => $"The answer took {detail} s; some senders wait for 2.",
        FetchFaultKind.CloudflareChallenge => $"Cloudflare answered with a challenge (status {detail}, cf-mitigated). {Relax}",
        FetchFaultKind.CloudflareRefused => $"Cloudflare refused the request (403 with CF-Ray). {Relax}",
        FetchFaultKind.CloudflareRateLimit => "Cloudflare refused the request by a rate limiting rule (429 with CF-Ray). Except /.well-known/ of this name from the rule: senders fetch from a few busy addresses.",
        FetchFaultKind.CloudflarePage => $"Cloudflare answered with a page (503 with CF-Ray), as in Under Attack mode. {Relax}",
        FetchFaultKind.CloudflareOrigin => Origin(detail),
        FetchFaultKind.WebPage => $"The answer is a web page instead of the policy (status {detail}): a proxy, a sign-in page, a parking page or a challenge answers for this name. Point the name only to this service, and let every client fetch /.well-known/mta-sts.txt.",
        FetchFaultKind.OtherServer => detail switch
        {
            null or "" => "Another server answers there.",
            "404" => "Another server answers there, or the path is not passed on (404).",
            ['3', ..] => $"The answer is a redirect ({detail}) to another place.",
            _ => $"The answer has the status {detail}; a rule of the zone may have refused it.",
        },
        _ => "It did not answer as expected.",
    };

    private static string Origin(string? status) => status switch
    {
        "521" => "Cloudflare cannot connect to the gateway (521). Check the fallback origin's address, the gateway's port, and the firewall for Cloudflare's addresses.",
        "522" or "523" or "524" => $"Cloudflare gets no answer from the gateway ({status}). Check the fallback origin's address, the network to it, and whether the gateway runs.",
        "525" => "Cloudflare's TLS handshake with the gateway failed (525). The gateway must show its certificate for the policy host's name (Gateway:CertificateForAnyName), and where it requires client certificates the zone must have authenticated origin pulls on; its log has the refused handshakes.",
        "526" => "Cloudflare does not accept the gateway's certificate (526). Full (strict) needs one that is valid now, for the fallback origin's name, from a public authority or Cloudflare's origin CA.",
        "530" => "Cloudflare does not know where to send the request (530, error 1016 or 1014). The custom hostname must be active and the zone must have a fallback origin.",
        _ => $"Cloudflare could not get an answer from the gateway ({status}). Check its log and the zone's settings.",
    };
}
