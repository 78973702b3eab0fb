using Microsoft.AspNetCore.Http;
using MtaSts.Host.Dashboard.Bounds;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

public sealed class OriginCheckTests
{
    private const string Home = "https://mta.example.com";

    [Theory]
    // Open pages' connections: by what a browser sends along.
    [InlineData("GET", "/_blazor", "websocket", "http://localhost:8460", null, null, false)]
    [InlineData("GET", "/_blazor", "websocket", "http://localhost:8461", null, null, true)]
    [InlineData("GET", "/_blazor", "websocket", "http://evil.example", null, null, true)]
    [InlineData("GET", "/_blazor", "websocket", "null", null, null, true)]
    [InlineData("GET", "/_blazor", "websocket", "http://localhost:8460.evil.example", null, null, true)]
    [InlineData("GET", "/_blazor", "websocket", null, null, null, true)]
    [InlineData("CONNECT", "/_blazor", null, null, null, null, true)]
    [InlineData("GET", "/_BLAZOR", "websocket", "http://evil.example", null, null, true)]
    [InlineData("POST", "/_blazor/negotiate", null, "http://localhost:8460", "same-origin", null, false)]
    [InlineData("POST", "/_blazor/negotiate", null, "http://evil.example", "cross-site", null, true)]
    [InlineData("GET", "/_blazor", null, null, "same-origin", null, false)]
    [InlineData("GET", "/_blazor", null, null, "cross-site", null, true)]
    [InlineData("POST", "/_blazor/disconnect", null, "http://other.localhost:8460", "same-site", null, true)]
    // Forms.
    [InlineData("POST", "/sign-in", null, "http://localhost:8460", "same-origin", null, false)]
    [InlineData("POST", "/sign-in", null, null, null, null, false)]
    [InlineData("POST", "/sign-in", null, "http://evil.example", null, null, true)]
    [InlineData("POST", "/sign-out", null, "null", "cross-site", null, true)]
    [InlineData("PUT", "/anything", null, "http://evil.example", null, null, true)]
    [InlineData("DELETE", "/anything", null, "http://127.0.0.1:8460", null, null, true)]
    [InlineData("GET", "/domains", null, "http://evil.example", "cross-site", null, false)]
    // The API knows no cookie.
    [InlineData("POST", "/api/v1/reports", null, "http://evil.example", "cross-site", null, false)]
    // Behind a proxy.
    [InlineData("POST", "/sign-in", null, Home, null, Home, false)]
    [InlineData("POST", "/sign-in", null, "http://mta.example.com", null, Home, true)]
    [InlineData("GET", "/_blazor", "websocket", Home, null, Home, false)]
    [InlineData("GET", "/_blazor", "websocket", "https://mta.example.com:8443", null, Home, true)]
    public void IsForeign_OfARequest_IsSeenFromWhatTheBrowserSays(string method, string path, string? upgrade, string? origin, string? site, string? home, bool expected)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost", 8460); // What a proxy that does not pass Host on asks for.
        context.Request.Headers.Upgrade = upgrade;
        context.Request.Headers.Origin = origin;
        context.Request.Headers["Sec-Fetch-Site"] = site;

        Assert.Equal(expected, OriginCheck.IsForeign(context, home is null ? null : new Uri(home)));
    }

    [Theory]
    [InlineData("https", "mta.example.com", "https://mta.example.com", false)]
    [InlineData("http", "mta.example.com", "https://mta.example.com", false)] // TLS ends at a proxy that passes Host on.
    [InlineData("https", "mta.example.com", "http://mta.example.com", true)]
    [InlineData("http", "[::1]:8460", "http://[::1]:8460", false)]
    [InlineData("https", "mta.example.com:8443", "https://MTA.example.com:8443", false)]
    [InlineData("https", "mta.example.com:8443", "https://mta.example.com", true)]
    public void IsForeign_OfTheHostAskedFor_IsNot(string scheme, string host, string origin, bool expected)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Path = "/sign-in";
        (context.Request.Scheme, context.Request.Host) = (scheme, new HostString(host));
        context.Request.Headers.Origin = origin;
        Assert.Equal(expected, OriginCheck.IsForeign(context, null));
    }
}
