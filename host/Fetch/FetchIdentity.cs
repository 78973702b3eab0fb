using Microsoft.Extensions.Options;
using MtaSts.Host.Dashboard;

namespace MtaSts.Host.Fetch;

/// <summary>
/// Who asks, in every request from outside: checks before policy hosts challenge requests without a User-Agent, and whoever finds ours in a log is told what it is.
/// </summary>
internal sealed class FetchIdentity(IOptions<PublicUrlOptions> dashboard)
{
    /// <summary>The page that explains, on the dashboard, for everybody.</summary>
    public const string Page = "/about/checks";

    private static readonly string Product = $"MtaSts/{typeof(FetchIdentity).Assembly.GetName().Version?.ToString(3) ?? "0"}";

    /// <summary>Links to the page where the dashboard has a public URL.</summary>
    public string UserAgent => dashboard.Value.PublicUrl is { } url && !string.IsNullOrWhiteSpace(url)
        ? $"{Product} (+{url.TrimEnd('/')}{Page})"
        : $"{Product} (MTA-STS policy check, RFC 8461)";

    public static string Explanation => $"""
        What this is

        {Product} fetches MTA-STS policies (RFC 8461) of mail domains whose owners have asked this service to host or to watch them: a GET of
        /.well-known/mta-sts.txt, or of /.well-known/mta-sts-reach/…, on the host mta-sts.<domain>, some times a day and whenever its owner asks for a check.
        It follows no redirect to another host, keeps no cookie and reads a few kilobytes.

        If it is refused where a policy should be served, mail servers are refused too: they run no script and solve no challenge. Let every client fetch
        /.well-known/mta-sts.txt on that host. At Cloudflare this means: Browser Integrity Check, Bot Fight Mode and Under Attack mode off, and no rule that
        challenges or blocks the host.

        """;

    /// <summary>A client that says who it is.</summary>
    public HttpClient Client(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler);
        client.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
        return client;
    }
}
