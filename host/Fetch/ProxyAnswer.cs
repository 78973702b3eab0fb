using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Fetch;

/// <summary>
/// Recognises answers that came not from a gateway but from a server in front of it: challenges and errors of Cloudflare, pages of proxies, parked names and
/// sign-ins.
/// </summary>
internal static class ProxyAnswer
{
    /// <summary>Bytes of a body that suffice to distinguish a page from a policy.</summary>
    public const int SampleBytes = 1_024;

    /// <summary>The fault; null when the answer may be the gateway's own.</summary>
    /// <param name="sample">The beginning of the body.</param>
    public static FetchFault? Recognise(IPAddress address, int status, HttpResponseHeaders headers, MediaTypeHeaderValue? type, ReadOnlySpan<byte> sample)
    {
        var isPage = IsPage(sample);
        FetchFaultKind? kind = headers switch
        {
            _ when headers.Contains("cf-mitigated") => FetchFaultKind.CloudflareChallenge,
            _ when headers.Contains("CF-Ray") && OfCloudflare(status, isPage || IsHtml(type)) is { } found => found,
            _ when status is 200 or 401 or 403 or 429 or 503 && (isPage || (IsHtml(type) && status != 200)) => FetchFaultKind.WebPage,
            _ => null,
        };
        return kind is { } known ? new FetchFault(known, address.ToString(), status.ToString(CultureInfo.InvariantCulture)) : null;
    }

    private static FetchFaultKind? OfCloudflare(int status, bool isPage) => status switch
    {
        403 => FetchFaultKind.CloudflareRefused,
        429 => FetchFaultKind.CloudflareRateLimit,
        503 when isPage => FetchFaultKind.CloudflarePage,
        (>= 520 and <= 527) or 530 => FetchFaultKind.CloudflareOrigin,
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
