using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Caddy;
using MtaSts.Modules.Caddy.Ask;
using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Modules.Tests.Caddy;

public sealed class AskTests
{
    private const string Secret = "secret-of-twenty-or-more";
    private readonly HostedByTest hosted = new() { States = { ["mta-sts.example.com"] = HostedState.Hosted, ["mta-sts.unsure.test"] = HostedState.CannotTell } };

    [Theory]
    [InlineData("?domain=mta-sts.example.com", 200)]
    [InlineData("?domain=MTA-STS.Example.COM", 200)]
    [InlineData("?domain=mta-sts.other.com", 404)]
    [InlineData("?domain=mta-sts.unsure.test", 503)]
    [InlineData("?domain=mta-sts.b%C3%BCcher.example", 404)] // SNI has A-labels only.
    [InlineData("?domain=192.0.2.1", 404)]
    [InlineData("?domain=%5B2001:db8::1%5D", 400)]
    [InlineData("?domain=mta-sts.example.com:443", 400)]
    [InlineData("?domain=mta-sts.example.com.", 400)]
    [InlineData("?domain=", 400)]
    [InlineData("", 400)]
    [InlineData("?name=mta-sts.example.com", 400)]
    [InlineData("?domain=mta-sts.example.com&domain=mta-sts.other.com", 400)]
    public async Task Ask_Name_IsAllowedOnlyWhenHosted(string query, int status) => Assert.Equal(status, await AskAsync("/ask", query));

    [Fact]
    public async Task Ask_NameTooLong_IsRefusedUnasked()
    {
        Assert.Equal(400, await AskAsync("/ask", "?domain=mta-sts." + new string('a', 246)));
        Assert.Empty(hosted.Asked);
    }

    [Theory]
    [InlineData("/ask", 404)]
    [InlineData("/ask/", 404)]
    [InlineData("/ask/secret-of-twenty-or-mor", 404)]
    [InlineData("/ask/SECRET-of-twenty-or-more", 404)]
    [InlineData("/ask/secret-of-twenty-or-more/", 404)]
    [InlineData("/ask/secret-of-twenty-or-more", 200)]
    public async Task Ask_WithSecret_NeedsIt(string path, int status)
    {
        Assert.Equal(status, await AskAsync(path, "?domain=mta-sts.example.com", secret: Secret));
        Assert.Equal(status == 200 ? 1 : 0, hosted.Asked.Count);
    }

    [Fact]
    public async Task Ask_OtherMethod_IsNotAnswered() => Assert.Equal(405, await AskAsync("/ask", "?domain=mta-sts.example.com", "POST"));

    private async Task<int> AskAsync(string path, string query, string method = "GET", string? secret = null)
    {
        var context = new DefaultHttpContext { Request = { Method = method, Path = path, QueryString = new QueryString(query) } };
        await new AskHandler(hosted, Options.Create(new CaddyOptions { AskSecret = secret })).HandleAsync(context);
        return context.Response.StatusCode;
    }
}
