using System.Net;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The dashboard behind a proxy that speaks TLS for it, and beside one that nobody trusts.</summary>
public sealed class PublicUrlTests
{
    private const string Public = "https://mta.example.com";

    [Fact]
    public async Task Page_ThroughATrustedProxy_SetsCookiesForHttpsAloneAndRedirectsWithinIt()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dashboard:PublicUrl", Public)));

        using var signIn = await GetAsync(host, "/sign-in", "https");
        Assert.Equal(HttpStatusCode.OK, signIn.StatusCode);
        var cookie = Assert.Single(signIn.Headers.GetValues("Set-Cookie"), value => value.StartsWith("mtasts-form", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("max-age=31536000", Assert.Single(signIn.Headers.GetValues("Strict-Transport-Security")));

        using var closed = await GetAsync(host, "/domains", "https");
        Assert.StartsWith($"{Public}/sign-in", closed.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WithoutTls_LeadsToThePublicUrl()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dashboard:PublicUrl", Public)));

        using var page = await GetAsync(host, "/alerts?x=1", null);

        Assert.Equal((HttpStatusCode.TemporaryRedirect, $"{Public}/alerts?x=1"), (page.StatusCode, page.Headers.Location!.ToString()));
        Assert.Empty((await new ApiClient(host).GetAsync("domains"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Page_ThroughAProxyNobodyTrusts_ItsHeadersAreNotBelieved()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dashboard:PublicUrl", Public), ("Dashboard:TrustedProxies", "192.0.2.0/24")));
        using var page = await GetAsync(host, "/sign-in", "https");
        Assert.Equal(HttpStatusCode.TemporaryRedirect, page.StatusCode);
    }

    [Fact]
    public async Task Page_WithoutAPublicUrl_NoHeaderIsBelieved()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dashboard:Hosts", "mta.example.com")));
        using var signIn = await GetAsync(host, "/sign-in", "https");
        Assert.Equal(HttpStatusCode.OK, signIn.StatusCode);
        Assert.DoesNotContain(signIn.Headers.GetValues("Set-Cookie"), value => value.Contains("; secure", StringComparison.OrdinalIgnoreCase));
        Assert.False(signIn.Headers.Contains("Strict-Transport-Security"));
    }

    private static async Task<HttpResponseMessage> GetAsync(HostProcess host, string path, string? proto)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.DashboardUrl, path));
        if (proto is not null)
        {
            request.Headers.Host = "mta.example.com";
            request.Headers.Add("X-Forwarded-Proto", proto);
            request.Headers.Add("X-Forwarded-For", "198.51.100.7");
        }
        return await host.Client.SendAsync(request);
    }
}
