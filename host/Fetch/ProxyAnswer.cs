using System.Net.Http.Headers;
using System.Text;

namespace MtaSts.Host.Fetch;

/// <summary>
/// Recognises answers that did not come from a gateway but from what stands before it: challenges and errors of Cloudflare, pages of proxies, parked names and
/// sign-ins. Each is told with what to change.
/// </summary>
internal static class ProxyAnswer
{
    /// <summary>Bytes of a body that tell a page from a policy.</summary>
    public const int SampleBytes = 1_024;

    private const string Relax = "In the Cloudflare zone that answers for this name, switch off Browser Integrity Check, Bot Fight Mode and Under Attack mode, and let no WAF rule challenge or block it: mail servers solve no challenge.";

    /// <summary>What the answer is and what to change; null when nothing says that it is not the gateway's own.</summary>
    /// <param name="sample">The beginning of the body.</param>
    public static string? Explain(int status, HttpResponseHeaders headers, MediaTypeHeaderValue? type, ReadOnlySpan<byte> sample)
    {
        var isPage = IsPage(sample);
        if (headers.Contains("cf-mitigated"))
            return $"Cloudflare answered with a challenge (status {status}, cf-mitigated). {Relax}";
        if (headers.Contains("CF-Ray"))
        {
            if (OfCloudflare(status, isPage || IsHtml(type)) is { } told)
                return told;
        }
        return status is 200 or 401 or 403 or 429 or 503 && (isPage || (IsHtml(type) && status != 200))
            ? $"A web page came in place of the policy (status {status}): a proxy, a sign-in, a parked name or a challenge answers for this name. Let the name lead to the service alone, and let every client fetch /.well-known/mta-sts.txt."
            : null;
    }

    private static string? OfCloudflare(int status, bool isPage) => status switch
    {
        403 => $"Cloudflare refused the request (403 with CF-Ray). {Relax}",
        429 => "Cloudflare refused the request by a rate limiting rule (429 with CF-Ray). Except /.well-known/ of this name from the rule: senders fetch from a few busy addresses.",
        503 when isPage => $"Cloudflare answered with a page (503 with CF-Ray), as in Under Attack mode. {Relax}",
        521 => "Cloudflare cannot connect to the gateway (521). Check the fallback origin's address, the gateway's port, and the firewall for Cloudflare's addresses.",
        522 or 523 or 524 => $"Cloudflare gets no answer from the gateway ({status}). Check the fallback origin's address, the network to it, and whether the gateway runs.",
        525 => "Cloudflare's TLS handshake with the gateway failed (525). The gateway must show its certificate for the policy host's name (Gateway:CertificateForAnyName), and where it requires client certificates the zone must have authenticated origin pulls on; its log says what was refused.",
        526 => "Cloudflare takes the gateway's certificate for invalid (526). Full (strict) needs one that is valid now, for the fallback origin's name, from a public authority or Cloudflare's origin CA.",
        530 => "Cloudflare does not know where to send the request (530, error 1016 or 1014). The custom hostname must be active and the zone must have a fallback origin.",
        >= 520 and <= 527 => $"Cloudflare could not get an answer from the gateway ({status}). Its log and the zone's settings say why.",
        _ => null,
    };

    private static bool IsHtml(MediaTypeHeaderValue? type) => type?.MediaType is { } media && (media.Equals("text/html", StringComparison.OrdinalIgnoreCase) || media.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase));

    private static bool IsPage(ReadOnlySpan<byte> sample)
    {
        var text = Encoding.UTF8.GetString(sample[..Math.Min(sample.Length, SampleBytes)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<head", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase)
            || (text.StartsWith("<!--", StringComparison.Ordinal) && text.Contains("<html", StringComparison.OrdinalIgnoreCase));
    }
}
