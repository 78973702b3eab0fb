using CsCheck;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Protocol.Tests.Names;

/// <summary>The Host header of an unauthenticated request (RFC 8461 §3.3: the policy host is <c>mta-sts.</c> + domain).</summary>
public class PolicyHostTests
{
    [Theory]
    [InlineData("mta-sts.example.com", "example.com")]
    [InlineData("MTA-STS.Example.COM", "example.com")]
    [InlineData("mta-sts.example.com.", "example.com")]
    [InlineData("mta-sts.example.com:443", "example.com")]
    [InlineData("mta-sts.example.com.:8461", "example.com")]
    [InlineData("mta-sts.example.com:", "example.com")]
    [InlineData("mta-sts.xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("mta-sts.mta-sts.example", "mta-sts.example")]
    [InlineData("mta-sts.a.b.c.example", "a.b.c.example")]
    public void TryParsePolicyHost_APolicyHost_GivesItsDomain(string header, string domain)
    {
        Assert.True(DomainName.TryParsePolicyHost(header, out var found));

        Assert.Equal(domain, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(":")]
    [InlineData("mta-sts")]
    [InlineData("mta-sts.")]
    [InlineData("mta-sts..")]
    [InlineData("mta-sts.com")]
    [InlineData("mta-sts.com.")]
    [InlineData("example.com")]
    [InlineData("www.mta-sts.example.com")]
    [InlineData("mta-sts-example.com")]
    [InlineData("mta-sts.example.com..")]
    [InlineData("mta-sts..example.com")]
    [InlineData(" mta-sts.example.com")]
    [InlineData("mta-sts.example.com ")]
    [InlineData("mta-sts.*.example.com")]
    [InlineData("mta-sts.bücher.example")]
    [InlineData("mta-sts.exa_mple.com")]
    [InlineData("mta-sts.-a.example")]
    [InlineData("mta-sts.192.0.2.1")]
    [InlineData("mta-sts.example.com:abc")]
    [InlineData("mta-sts.example.com:123456")]
    [InlineData("mta-sts.example.com:-1")]
    [InlineData("mta-sts.example.com:443:443")]
    [InlineData("mta-sts.example.com/x")]
    [InlineData("mta-sts.example.com\0")]
    [InlineData("mta-sts.example.com\r\nX: y")]
    [InlineData("user@mta-sts.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("mta-\u017Fts.example.com")]
    public void TryParsePolicyHost_AnythingElse_IsRefused(string header)
    {
        Assert.False(DomainName.TryParsePolicyHost(header, out var found));

        Assert.Null(found);
    }

    [Fact]
    public void TryParsePolicyHost_LengthAtAndOverTheLimit_AcceptsAndRefuses()
    {
        var longest = "mta-sts." + DomainNameTests.Name(DomainName.MaxLength);

        Assert.True(DomainName.TryParsePolicyHost(longest + ".:65535", out _));
        Assert.False(DomainName.TryParsePolicyHost("mta-sts." + DomainNameTests.Name(DomainName.MaxLength + 1), out _));
        Assert.False(DomainName.TryParsePolicyHost(new string('a', 1 << 20), out _));
    }

    /// <summary>A flood of refused names costs no memory. Code not yet optimised boxes, so that it is run until it is.</summary>
    [Fact]
    public Task TryParsePolicyHost_Refused_AllocatesNothing()
    {
        string[] headers = ["mta-sts.", "mta-sts.com", "mta-sts.a_b.example", "x.example", "mta-sts.a.example:x", new('x', 5000)];

        return Poll.Until(
            () =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 1000; i++)
                    Refuse(headers);
                return GC.GetAllocatedBytesForCurrentThread() == before;
            },
            TimeSpan.FromSeconds(20),
            "a thousand rounds without an allocation");
    }

    /// <summary>Every domain is found again under its policy host, however the header spells it.</summary>
    [Fact]
    public void TryParsePolicyHost_AnyDomain_ComesBack() =>
        Gen.Select(NameGen.Domain, Gen.Int[0, 7]).Sample(static (domain, form) =>
        {
            var name = DomainName.Parse(domain);
            var header = name.PolicyHost + ((form & 1) != 0 ? "." : "") + ((form & 2) != 0 ? ":443" : "");
            Assert.True(DomainName.TryParsePolicyHost((form & 4) != 0 ? header.ToUpperInvariant() : header, out var found));
            Assert.Equal(name.Value, found);
        });

    private static void Refuse(string[] headers)
    {
        foreach (var header in headers)
        {
            if (DomainName.TryParsePolicyHost(header, out _))
                throw new InvalidOperationException(header);
        }
    }
}
