using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace MtaSts.Protocol.Tests.Dane;

/// <summary>RFC 6698, RFC 7671 and RFC 7672, with certificates and records made by the test.</summary>
public sealed class DaneRulesTests : IDisposable
{
    private const string Host = "mx.example.com";
    private readonly TestChain chain = new();

    public void Dispose() => chain.Dispose();

    public static MatrixTheoryData<int, int> Forms => new([0, 1], [0, 1, 2]);

    [Theory, MemberData(nameof(Forms))]
    public void Judge_RecordOfTheServer_Matches(int selector, int matchingType) =>
        Assert.Equal(DaneMatch.Matched, Judge(TestChain.Record(3, selector, matchingType, chain.Server)));

    [Theory, MemberData(nameof(Forms))]
    public void Judge_RecordOfAnAuthority_Matches(int selector, int matchingType)
    {
        Assert.Equal(DaneMatch.Matched, Judge(TestChain.Record(2, selector, matchingType, chain.Middle)));
        Assert.Equal(DaneMatch.Matched, Judge(TestChain.Record(2, selector, matchingType, chain.Root)));
    }

    [Theory, MemberData(nameof(Forms))]
    public void Judge_RecordOfAnotherCertificate_DoesNot(int selector, int matchingType)
    {
        using var other = new TestChain();
        Assert.Equal(DaneMatch.NotMatched, Judge(TestChain.Record(3, selector, matchingType, other.Server)));
        Assert.Equal(DaneMatch.NotMatched, Judge(TestChain.Record(2, selector, matchingType, other.Root)));
    }

    /// <summary>RFC 7672 §3.1.1: with usage 3 names and dates do not matter; §3.1.2: with usage 2 they do.</summary>
    [Fact]
    public void Judge_NameAndDates_MatterBelowATrustAnchorOnly()
    {
        using var expired = new TestChain(daysLeft: -1);
        using var elsewhere = new TestChain("mx.example.net");
        Assert.Equal(DaneMatch.Matched, Judge(expired, TestChain.Record(3, 1, 1, expired.Server)));
        Assert.Equal(DaneMatch.Matched, Judge(elsewhere, TestChain.Record(3, 1, 1, elsewhere.Server)));
        Assert.Equal(DaneMatch.Expired, Judge(expired, TestChain.Record(2, 1, 1, expired.Root)));
        Assert.Equal(DaneMatch.OtherName, Judge(elsewhere, TestChain.Record(2, 1, 1, elsewhere.Root)));
    }

    /// <summary>RFC 7672 §3.2.2: the mail domain is a reference identifier too, and a wildcard stands for one label.</summary>
    [Theory]
    [InlineData("example.com", DaneMatch.Matched)]
    [InlineData("*.example.com", DaneMatch.Matched)]
    [InlineData("*.com", DaneMatch.Matched)] // Of the domain.
    [InlineData("*.mx.example.com", DaneMatch.OtherName)]
    public void Judge_NamesBelowATrustAnchor_AreThoseOfTheHostOrTheDomain(string name, DaneMatch expected)
    {
        using var named = new TestChain(name);
        Assert.Equal(expected, Judge(named, TestChain.Record(2, 0, 1, named.Root)));
    }

    /// <summary>RFC 7672 §3.1.2: the anchor must be sent, and a signature must lead to it.</summary>
    [Fact]
    public void Judge_TrustAnchorNotSentOrNotTheIssuer_DoesNotMatch()
    {
        using var other = new TestChain();
        Assert.Equal(DaneMatch.NotMatched, DaneRules.Judge([TestChain.Record(2, 0, 1, chain.Root)], chain.Server, [chain.Middle], [Host], TestChain.Now));
        Assert.Equal(DaneMatch.Matched, DaneRules.Judge([TestChain.Record(2, 0, 1, chain.Middle)], chain.Server, [chain.Middle], [Host], TestChain.Now));
        Assert.Equal(DaneMatch.NotMatched, DaneRules.Judge([TestChain.Record(2, 0, 1, other.Middle)], chain.Server, [other.Middle, other.Root], [Host], TestChain.Now));
        Assert.Equal(DaneMatch.NotMatched, Judge(TestChain.Record(2, 0, 1, chain.Server)));
    }

    /// <summary>RFC 7672 §3.1.3, RFC 6698 §4.1: what cannot be used is ignored, and does not hide what can.</summary>
    [Theory]
    [InlineData("0 0 1 USE")]
    [InlineData("1 1 1 USE")]
    [InlineData("255 1 1 USE")]
    [InlineData("3 2 1 USE")]
    [InlineData("3 1 3 USE")]
    [InlineData("3 1 1 ABCD")]
    [InlineData("3 1 2 USE")]
    [InlineData("3 1 1")]
    [InlineData("3 1 0")]
    [InlineData("3 1 1 XYZ")]
    [InlineData("3 1 1 ABC")]
    [InlineData("300 1 1 USE")]
    [InlineData("-1 1 1 USE")]
    [InlineData("three one one")]
    [InlineData("")]
    public void Judge_MalformedOrUnusableRecord_IsIgnored(string text)
    {
        var good = TestChain.Record(3, 1, 1, chain.Server);
        text = text.Replace("USE", good.Split(' ')[3], StringComparison.Ordinal);
        Assert.Equal(DaneMatch.NoneUsable, Judge(text));
        Assert.Equal(DaneMatch.Matched, Judge(text, good));
    }

    [Fact]
    public void Judge_NoRecord_NoneIsUsable() => Assert.Equal(DaneMatch.NoneUsable, Judge());

    /// <summary>RFC 7671 §9: a SHA-256 digest does not count beside a SHA-512 digest of the same usage and selector.</summary>
    [Fact]
    public void Judge_WeakerDigestBesideAStronger_DoesNotCount()
    {
        using var other = new TestChain();
        var weak = TestChain.Record(3, 1, 1, chain.Server);
        Assert.Equal(DaneMatch.NotMatched, Judge(weak, TestChain.Record(3, 1, 2, other.Server)));
        Assert.Equal(DaneMatch.Matched, Judge(weak, TestChain.Record(3, 0, 2, other.Server)));
        Assert.Equal(DaneMatch.Matched, Judge(TestChain.Record(3, 1, 0, chain.Server), TestChain.Record(3, 1, 2, other.Server)));
    }

    [Theory]
    [InlineData("3 1 1 ")]
    [InlineData("  3  1  1  ")]
    public void TryParse_DigitsInGroups_AreOneValue(string fields)
    {
        var digits = TestChain.Record(3, 1, 1, chain.Server).Split(' ')[3].ToLowerInvariant();
        Assert.True(TlsaRecord.TryParse(fields + digits[..20] + " " + digits[20..], out var record));
        Assert.True(record.IsUsable);
        Assert.True(record.Matches(chain.Server));
    }

    private DaneMatch Judge(params string[] records) => Judge(chain, records);

    private static DaneMatch Judge(TestChain of, params string[] records) =>
        DaneRules.Judge(records, of.Server, (X509Certificate2[])[of.Server, of.Middle, of.Root], [Host, "example.com"], TestChain.Now);
}
