using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Dashboard.Bounds;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

public sealed class HostNamesTests
{
    [Theory]
    [InlineData("localhost:8460", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("mtasts.localhost:8460", true)]
    [InlineData("127.0.0.1:8460", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]:8460", true)]
    [InlineData("10.0.0.5:8460", true)] // Where the connection came to.
    [InlineData("dash.lan:8460", true)] // Dashboard:Url.
    [InlineData("mta.example.com", true)] // Dashboard:PublicUrl.
    [InlineData("mta.example.com.", true)]
    [InlineData("more.example.com:1234", true)] // Dashboard:Hosts.
    [InlineData("192.168.7.7", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("mta.example.com.evil.example", false)]
    [InlineData("evil.mta.example.com", false)]
    [InlineData("10.0.0.6", false)]
    [InlineData("203.0.113.7:8460", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("", false)]
    [InlineData(":8460", false)]
    [InlineData("localhost:99999", false)]
    [InlineData("a..localhost", false)]
    [InlineData(".localhost", false)]
    [InlineData("localhost:", true)]
    public void Accepts_OfAHost_AreTheNamesThatWereSet(string host, bool expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Dashboard:Url", (string?)"http://dash.lan:8460;http://*:80")]).Build();
        var names = new HostNames(Options.Create(new PublicUrlOptions { PublicUrl = "https://mta.example.com", Hosts = "more.example.com, 192.168.7.7" }), configuration);

        Assert.Equal(expected, names.Accepts(new HostString(host), IPAddress.Parse("::ffff:10.0.0.5")));
    }

    [Theory]
    [InlineData("mta.lan,10.0.0.5,[::5]", true)]
    [InlineData("http://mta.lan", false)]
    [InlineData("mta.lan:8460", false)]
    [InlineData("*", false)]
    [InlineData("*.example.com", false)]
    public void Problem_OfHosts_NamesTheSetting(string hosts, bool isRight)
    {
        var problem = new PublicUrlOptions { Hosts = hosts }.Problem;
        Assert.Equal(isRight, problem is null);
        if (!isRight)
            Assert.StartsWith("Dashboard:Hosts", problem, StringComparison.Ordinal);
    }
}
