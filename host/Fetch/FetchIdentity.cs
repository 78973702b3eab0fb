using Microsoft.Extensions.Options;
using MtaSts.Host.Dashboard;

namespace MtaSts.Host.Fetch;

/// <summary>
/// The User-Agent of every outside request: bot checks in front of policy hosts challenge requests without one, and it explains the requests to readers of logs.
/// </summary>
internal sealed class FetchIdentity(IOptions<PublicUrlOptions> dashboard)
{
    /// <summary>The public page of the dashboard that explains the requests.</summary>
    public const string Page = "/about/checks";

    private static readonly string Product = $"MtaSts/{typeof(FetchIdentity).Assembly.GetName().Version?.ToString(3) ?? "0"}";

    /// <summary>Links to the page if the dashboard has a public URL.</summary>
    public string UserAgent => dashboard.Value.PublicUrl is { } url && !string.IsNullOrWhiteSpace(url)
        ? $"{Product} (+{url.TrimEnd('/')}{Page})"
        : $"{Product} (MTA-STS policy check, RFC 8461)";

    /// <param name="ehloName">The name that the service announces to MX hosts; null: the address of the connection.</param>
    public static string Explanation(string? ehloName) => $"""
        About these requests

        {Product} fetches MTA-STS policies (RFC 8461) of mail domains whose owners use this service to host or to monitor them: a GET of
        /.well-known/mta-sts.txt, or of /.well-known/mta-sts-reach/…, on the host mta-sts.<domain>, several times a day and when its owner requests a check.
        It does not follow redirects to another host, stores no cookies and reads a few kilobytes.

        If a host that should serve a policy refuses these requests, it also refuses mail servers, which run no scripts and solve no challenges. Let every client fetch
        /.well-known/mta-sts.txt on that host. At Cloudflare this means: Browser Integrity Check, Bot Fight Mode and Under Attack mode off, and no rule that
        challenges or blocks the host.

        About connections to port 25

        {Product} also connects to the MX hosts of these domains, as a mail server does: EHLO, STARTTLS, EHLO, QUIT, over IPv4 and IPv6. It announces itself as
        {ehloName ?? "the address of the connection"}. It looks at the certificate and the TLS version, because senders that enforce MTA-STS (RFC 8461 §4.2) or DANE (RFC 7672) do.
        It sends no mail, names no recipient, and does not sign in.

        An MX host is contacted every hour or every six hours for each domain, and when the domain's owner requests a check. Domains with the same MX host share a connection for
        five minutes. At most four connections to one network are open at once, each for at most ten seconds.

        To be left alone, answer this client's greeting or EHLO with an error, such as 554. The owner is then shown that your server refuses this service, and gets no alert about it.

        """;

    /// <summary>A client with this User-Agent.</summary>
    public HttpClient Client(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler);
        client.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
        return client;
    }
}
