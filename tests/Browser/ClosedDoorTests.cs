using System.Net;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Browser;

/// <summary>What is open to a stranger: the sign-in and its files, nothing else.</summary>
public sealed class ClosedDoorTests(Demo demo)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/domains")]
    [InlineData("/domains/harbour-post.example")]
    [InlineData("/domains/harbour-post.example/reports")]
    [InlineData("/upload")]
    [InlineData("/quarantine")]
    [InlineData("/alerts")]
    [InlineData("/settings")]
    [InlineData("/settings/password")]
    [InlineData("/raw/rp-00000000000000000000000000000000")]
    [InlineData("/nothing-here")]
    public async Task Get_WithoutASession_LeadsToTheSignIn(string path)
    {
        Peer.RequireProgram("chromium", "chromium");
        using var answer = await demo.GetAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/sign-in", answer.Headers.Location!.AbsolutePath);
    }

    [Fact]
    public async Task Circuit_WithoutASession_IsRefused()
    {
        Peer.RequireProgram("chromium", "chromium");
        using var answer = await demo.GetAsync("/_blazor?id=none");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task SignInPage_Always_CarriesTheSecurityHeaders()
    {
        Peer.RequireProgram("chromium", "chromium");
        using var answer = await demo.GetAsync("/sign-in");
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task SignInForm_WithoutItsToken_IsRefused()
    {
        await using var visit = await demo.StrangerAsync();
        var answer = await visit.Page.APIRequest.PostAsync("/sign-in", new()
        {
            Form = visit.Page.APIRequest.CreateFormData().Set("_handler", "sign-in").Set("Entry.Email", Demo.Email).Set("Entry.Password", Demo.Password),
            MaxRedirects = 0,
        });
        Assert.Equal(400, answer.Status);
    }
}
