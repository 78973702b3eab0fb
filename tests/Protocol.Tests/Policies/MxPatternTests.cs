using CsCheck;
using MtaSts.Protocol.Tests.Names;
using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

/// <summary>Patterns as typed, and what they admit (RFC 8461 §3.2, §4.1).</summary>
public class MxPatternTests
{
    [Theory]
    [InlineData("mx1.example.com", "mx1.example.com")]
    [InlineData(" MX1.Example.COM. ", "mx1.example.com")]
    [InlineData("*.example.com", "*.example.com")]
    [InlineData("*.Bücher.example.", "*.xn--bcher-kva.example")]
    [InlineData("mx.例え。テスト", "mx.xn--r8jz45g.xn--zckzah")]
    public void TryParse_WhatMeansAPattern_IsNormalised(string text, string value)
    {
        Assert.True(MxPattern.TryParse(text, out var pattern, out var problem), problem);

        Assert.Equal(value, pattern.Value);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("*", "match every host")]
    [InlineData("*.", "match every host")]
    [InlineData(" * ", "match every host")]
    [InlineData("*.com", "no dot")]
    [InlineData("mail", "no dot")]
    [InlineData("*.*.example", "whole first label")]
    [InlineData("**.example", "whole first label")]
    [InlineData("*mail.example", "whole first label")]
    [InlineData("mail*.example", "whole first label")]
    [InlineData("mail.*.example", "whole first label")]
    [InlineData(".example.com", "dot at the beginning")]
    [InlineData("*..example.com", "dot at the beginning")]
    [InlineData("10 mx.example.com", "white space")]
    [InlineData("192.0.2.1", "IP address")]
    [InlineData("*.2.0.192", "IP address")]
    [InlineData("[2001:db8::1]", "IP address")]
    [InlineData("mx_1.example.com", "underscore")]
    [InlineData("mx.example-", "hyphen")]
    [InlineData("mx.xn--.example", "xn--")]
    public void TryParse_WhatIsNoPattern_IsRefusedAndSaysWhy(string? text, string word)
    {
        Assert.False(MxPattern.TryParse(text, out var pattern, out var problem));

        Assert.Null(pattern);
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_AWildcardThatNoHostCanMatch_IsRefused()
    {
        Assert.True(MxPattern.TryParse("*." + DomainNameTests.Name(251), out _, out _));
        Assert.False(MxPattern.TryParse("*." + DomainNameTests.Name(252), out _, out var problem));
        Assert.Contains("No host name can match", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NoPattern_ThrowsWithTheProblem() =>
        Assert.Contains("no dot", Assert.Throws<FormatException>(() => MxPattern.Parse("mail")).Message, StringComparison.Ordinal);

    // RFC 8461 §4.1 with RFC 6125: the * is the whole left-most label and stands for exactly one.
    [Theory]
    [InlineData("mx1.example.com", "mx1.example.com", true)]
    [InlineData("mx1.example.com", "MX1.EXAMPLE.COM.", true)]
    [InlineData("mx1.example.com", "mx1.example.com..", false)]
    [InlineData("mx1.example.com", "mx2.example.com", false)]
    [InlineData("mx1.example.com", "a.mx1.example.com", false)]
    [InlineData("mx1.example.com", "amx1.example.com", false)]
    [InlineData("mx1.example.com", "", false)]
    [InlineData("mx1.example.com", null, false)]
    [InlineData("*.example.com", "mail.example.com", true)]
    [InlineData("*.example.com", "MAIL.Example.Com.", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", ".example.com", false)]
    [InlineData("*.example.com", "foo.bar.example.com", false)]
    [InlineData("*.example.com", "mail.example.com.evil.example", false)]
    [InlineData("*.example.com", "mailexample.com", false)]
    [InlineData("*.example.com", ".", false)]
    [InlineData("*.example.com", "", false)]
    [InlineData("*.example.com", null, false)]
    [InlineData("xn--mller-kva.example", "xn--MLLER-kva.example", true)]
    public void Matches_AHost_AsRfc8461Section41Says(string pattern, string? host, bool admitted) =>
        Assert.Equal(admitted, MxPattern.Parse(pattern).Matches(host));

    [Fact]
    public void Matches_EveryVectorOfOthers_Agrees()
    {
        var wrong = new List<string>();
        foreach (var vector in Vectors.Load("mx-match.json").GetProperty("vectors").EnumerateArray())
        {
            var policy = new Policy(PolicyMode.Enforce, [.. vector.GetProperty("patterns").EnumerateArray().Select(p => MxPattern.Parse(p.GetString()!))], 86_400);
            if (policy.Admits(vector.Text("mx")) != vector.GetProperty("match").GetBoolean())
                wrong.Add(vector.ToString());
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Matches_AnyNames_AgreesWithALabelwiseComparison() =>
        Gen.Select(PolicyGen.Mx, NameGen.Domain, Gen.Int[0, 3]).Sample(static (pattern, other, form) =>
        {
            // Half of the hosts are made from the pattern, so that there is something to admit.
            var host = form switch { 0 => other, 1 => pattern.Domain, 2 => "x." + pattern.Domain, _ => "x.y." + pattern.Domain };
            string[] labels = host.Split('.'), wanted = pattern.Value.Split('.');
            var expected = labels.Length == wanted.Length && labels.Zip(wanted).All(static pair => pair.Second == "*" || pair.First == pair.Second);
            Assert.Equal(expected, pattern.Matches(host));
            Assert.Equal(expected, pattern.Matches(host.ToUpperInvariant() + "."));
        }, iter: 5_000);

    [Fact]
    public void Forms_OfAWildcard_AreThoseOfItsDomain()
    {
        var pattern = MxPattern.Parse("*.bücher.example");

        Assert.True(pattern.IsWildcard);
        Assert.Equal("xn--bcher-kva.example", pattern.Domain);
        Assert.Equal("*.bücher.example", pattern.Unicode);
        Assert.Equal(pattern.Value, pattern.ToString());
        Assert.Equal("bücher.example", MxPattern.Parse("XN--bcher-kva.example").Unicode);
    }

    [Fact]
    public void Equality_TwoSpellings_AreOne()
    {
        MxPattern a = MxPattern.Parse("*.example.com"), b = MxPattern.Parse("*.EXAMPLE.com."), c = MxPattern.Parse("mx.example.com");
        MxPattern? none = null;

        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.True(a == b && a != c && none == null && none != a);
        Assert.False(a.Equals((object)"*.example.com"));
    }

    [Fact]
    public void TryParse_AnyText_GivesANormalFormOrAProblem() => NameGen.Near.Sample(static text =>
    {
        if (MxPattern.TryParse(text, out var pattern, out var problem))
            Assert.Equal(pattern, MxPattern.Parse(pattern.Unicode));
        else
            Assert.False(string.IsNullOrEmpty(problem));
    }, iter: 10_000);
}
