using System.Net;
using Microsoft.AspNetCore.Http;
using MtaSts.Host.Gateway;
using Xunit;
using IPNetwork = System.Net.IPNetwork;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>Behind a proxy each sender is told apart, and nobody can claim to be another.</summary>
public sealed class ClientAddressTests
{
    private static readonly ClientAddress Clients = ClientAddress.Behind(IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/24"));

    [Theory]
    [InlineData("192.0.2.7", null, "192.0.2.7")]
    [InlineData("192.0.2.7", "203.0.113.1", "192.0.2.7")] // no proxy of ours
    [InlineData("127.0.0.1", "203.0.113.1", "203.0.113.1")]
    [InlineData("::ffff:127.0.0.1", "203.0.113.1", "203.0.113.1")]
    [InlineData("127.0.0.1", "198.51.100.9, 203.0.113.1", "203.0.113.1")] // the first was written by the client
    [InlineData("127.0.0.1", "198.51.100.9, 203.0.113.1, 10.0.0.5", "203.0.113.1")] // two proxies
    [InlineData("127.0.0.1", "2001:db8::1", "2001:db8::1")]
    [InlineData("127.0.0.1", "203.0.113.1:4711", "203.0.113.1")]
    [InlineData("127.0.0.1", "nonsense", "127.0.0.1")]
    [InlineData("127.0.0.1", "", "127.0.0.1")]
    [InlineData("127.0.0.1", null, "127.0.0.1")]
    public void Of_ARequest_IsTheLastAddressThatIsNoProxys(string peer, string? forwarded, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        if (forwarded is not null)
            context.Request.Headers["X-Forwarded-For"] = forwarded;
        Assert.Equal(expected, Clients.Of(context)?.ToString());
    }
}
