using Xunit;

namespace MtaSts.Protocol.Tests.Names;

/// <summary>What a person may type as a domain, what comes of it, and what is said about the rest.</summary>
public class DomainNameTests
{
    private const string Label63 = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0";

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.Com", "example.com")]
    [InlineData("  example.com\r\n", "example.com")]
    [InlineData("\u00A0example.com\u3000", "example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("a.b.c.d.example", "a.b.c.d.example")]
    [InlineData("1-2.3com", "1-2.3com")]
    [InlineData("4u.example", "4u.example")]
    [InlineData("a--b.example", "a--b.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.EXAMPLE", "xn--bcher-kva.example")]
    [InlineData("bu\u0308cher.example", "xn--bcher-kva.example")]
    [InlineData("XN--BCHER-KVA.example", "xn--bcher-kva.example")]
    [InlineData("例え。テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("example．com", "example.com")]
    [InlineData("example｡com", "example.com")]
    [InlineData("ｅｘａｍｐｌｅ.com", "example.com")]
    [InlineData("xn--fiqs8s.xn--fiqs8s", "xn--fiqs8s.xn--fiqs8s")]
    [InlineData(Label63 + ".example", Label63 + ".example")]
    public void TryParse_WhatMeansADomain_IsNormalised(string text, string value)
    {
        Assert.True(DomainName.TryParse(text, out var name, out var problem), problem);

        Assert.Equal(value, name.Value);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData(" \t ", "empty")]
    [InlineData(".", "empty")]
    [InlineData("example", "no dot")]
    [InlineData("example.", "no dot")]
    [InlineData("example..com", "two dots")]
    [InlineData(".example.com", "dot at the beginning")]
    [InlineData("example.com..", "two dots")]
    [InlineData("-a.example", "hyphen")]
    [InlineData("a-.example", "hyphen")]
    [InlineData("_mta-sts.example.com", "underscore")]
    [InlineData("exa mple.com", "white space")]
    [InlineData("example.com example.org", "white space")]
    [InlineData("exa\tmple.com", "white space")]
    [InlineData("*.example.com", "*")]
    [InlineData("https://example.com", "web address")]
    [InlineData("example.com/path", "web address")]
    [InlineData("\\\\example.com", "web address")]
    [InlineData("postmaster@example.com", "e-mail address")]
    [InlineData("example.com:25", "port")]
    [InlineData("192.0.2.1", "IP address")]
    [InlineData("[192.0.2.1]", "IP address")]
    [InlineData("2001:db8::1", "IP address")]
    [InlineData("[IPv6:2001:db8::1]", "IP address")]
    [InlineData("example.0x7f", "IP address")]
    [InlineData("127.1", "IP address")]
    [InlineData("exa$mple.com", "other than letters")]
    [InlineData("exa\0mple.com", "other than letters")]
    [InlineData(Label63 + "a.example", "63")]
    [InlineData("xn--.example", "does not encode")]
    [InlineData("xn--999999999.example", "does not encode")]
    [InlineData("xn--BCHER-kva9.example", "does not encode")]
    [InlineData("xn--abc-.example", "does not encode")]
    [InlineData("xn--example-.example", "does not encode")]
    [InlineData("☃\uD800.example", "IDNA")]
    [InlineData("a\u200Bb\u0000ü.example", "IDNA")]
    public void TryParse_WhatIsNoDomain_IsRefusedAndSaysWhy(string? text, string word)
    {
        Assert.False(DomainName.TryParse(text, out var name, out var problem));

        Assert.Null(name);
        Assert.Contains(word, problem, StringComparison.Ordinal);
        // A sentence for a person, and nothing of what was typed can break out of it.
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Fact]
    public void TryParse_LengthAtAndOverTheLimit_AcceptsAndRefuses()
    {
        var longest = Name(DomainName.MaxLength);
        Assert.True(DomainName.TryParse(longest, out var name, out _));

        // RFC 1035 §2.3.4: the longest name made from it is the longest there can be.
        Assert.Equal(253, name.ClaimRecordName.Length);
        Assert.False(DomainName.TryParse(Name(DomainName.MaxLength + 1), out _, out var problem));
        Assert.Contains("_smtp._tls.", problem, StringComparison.Ordinal);
        Assert.False(DomainName.TryParse(Name(254), out _, out problem));
        Assert.Contains("253", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_AMegabyte_IsRefusedWithAShortSentence()
    {
        Assert.False(DomainName.TryParse(new string('ü', 1 << 20), out _, out var problem));

        Assert.InRange(problem.Length, 1, 400);
    }

    [Fact]
    public void Parse_NoDomain_ThrowsWithTheProblem()
    {
        var exception = Assert.Throws<FormatException>(() => DomainName.Parse("example"));

        Assert.Contains("no dot", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DerivedNames_OfADomain_AreThoseOfTheRfcs()
    {
        var name = DomainName.Parse("bücher.example");

        Assert.Equal("bücher.example", name.Unicode);
        Assert.Equal("mta-sts.xn--bcher-kva.example", name.PolicyHost);
        Assert.Equal("_mta-sts.xn--bcher-kva.example", name.PolicyRecordName);
        Assert.Equal("_smtp._tls.xn--bcher-kva.example", name.ReportingRecordName);
        Assert.Equal(name.Value, name.ToString());
    }

    [Fact]
    public void Equality_TwoSpellingsOfADomain_AreOne()
    {
        DomainName a = DomainName.Parse("bücher.example"), b = DomainName.Parse("XN--BCHER-KVA.EXAMPLE."), c = DomainName.Parse("bucher.example");
        DomainName? none = null;

        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.True(a == b && a != c && none == null && a != none && none != a);
        Assert.False(a.Equals((object)"xn--bcher-kva.example"));
    }

    /// <summary>A name of exactly so many characters, of labels as long as can be; not for multiples of 64.</summary>
    internal static string Name(int length) =>
        string.Concat(Enumerable.Range(1, length).Select(i => (length - i) % 64 == 63 ? '.' : 'a'));
}
