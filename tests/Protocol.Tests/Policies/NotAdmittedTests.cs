using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

public sealed class NotAdmittedTests
{
    [Theory]
    [InlineData("mx1.example.com", "mx1.example.com MX1.example.COM.", "")]
    [InlineData("mx1.example.com", "mx2.example.com mx1.example.com a.example.com mx2.example.com", "a.example.com mx2.example.com")]
    [InlineData("*.example.com", "mx1.example.com a.b.example.com example.com", "a.b.example.com example.com")]
    [InlineData("mx1.example.com", ".", "")]
    [InlineData("mx1.example.com", "", "")]
    public void NotAdmitted_MxHosts_AreThoseNoPatternMatches(string patterns, string hosts, string expected) =>
        Assert.Equal(expected, string.Join(' ', new Policy(PolicyMode.Enforce, [.. patterns.Split(' ').Select(MxPattern.Parse)], 86_400).NotAdmitted(hosts.Split(' '))));
}
