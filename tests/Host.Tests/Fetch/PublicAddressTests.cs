using System.Net;
using MtaSts.Modules.Http;
using Xunit;

namespace MtaSts.Host.Tests.Fetch;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.9")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")] // NAT64 (RFC 6052), also of a public address.
    [InlineData("64:ff9b::808:808")]
    [InlineData("64:ff9b:1::1")] // Local NAT64 (RFC 8215).
    [InlineData("64:ff9b:1:ffff::a00:1")]
    [InlineData("::127.0.0.1")] // IPv4-compatible (RFC 4291 §2.5.5.1).
    [InlineData("::8.8.8.8")]
    [InlineData("::ffff:0:127.0.0.1")] // IPv4-translated (RFC 2765).
    [InlineData("100::1")]
    [InlineData("2001::1")] // Teredo (RFC 4380).
    [InlineData("2001:0:808:808::1")]
    [InlineData("2002:808:808::1")] // 6to4 (RFC 3056).
    [InlineData("fec0::1")]
    [InlineData("5f00::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public void Is_NotOfThePublicNetwork_IsFalse(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700::1111")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2a00:1450::1")]
    public void Is_OfThePublicNetwork_IsTrue(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));
}
