using MtaSts.Host.Dashboard;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

public sealed class PublicUrlOptionsTests
{
    [Theory]
    [InlineData(null, "127.0.0.0/8,::1", null)]
    [InlineData(null, "nonsense", "TrustedProxies")]
    [InlineData("https://mta.example.com", "127.0.0.0/8,::1", null)]
    [InlineData("https://mta.example.com:8443/", " 10.0.0.5 , 10.1.0.0/16, 2001:db8::/32", null)]
    [InlineData("http://mta.example.com", "127.0.0.1", "PublicUrl")]
    [InlineData("mta.example.com", "127.0.0.1", "PublicUrl")]
    [InlineData("https://mta.example.com/dashboard", "127.0.0.1", "PublicUrl")]
    [InlineData("https://mta.example.com", "proxy.example.com", "TrustedProxies")]
    [InlineData("https://mta.example.com", "10.0.0.0/33", "TrustedProxies")]
    public void Problem_OfSettings_NamesTheWrongOne(string? url, string proxies, string? wrong)
    {
        var problem = new PublicUrlOptions { PublicUrl = url, TrustedProxies = proxies }.Problem;
        if (wrong is null)
            Assert.Null(problem);
        else
            Assert.StartsWith("Dashboard:" + wrong, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_OfAddresses_AreThoseAlone() =>
        Assert.Equal(["10.0.0.5/32", "::1/128", "10.1.0.0/16"], new PublicUrlOptions { TrustedProxies = "10.0.0.5,::1,10.1.0.0/16" }.Networks().Select(network => network.ToString()));
}
