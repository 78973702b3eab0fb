using System.Text;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>What fuzzing found, at its smallest.</summary>
public sealed class FuzzFindingTests
{
    [Theory]
    [InlineData("a.example..")]
    [InlineData("a.example. .")]
    [InlineData("A.EXAMPLE...")]
    public void Decode_DomainWithDotsBehind_IsFoundUnderItsName(string written)
    {
        var report = Given.One(Given.WithPolicy().Replace(Given.Domain, written, StringComparison.Ordinal));

        Assert.Equal(["a.example"], report.PolicyDomains);
        Assert.NotNull(SessionCount.Of(report, report.PolicyDomains[0]));
        Assert.NotNull(SessionCount.Of(report, written));
    }

    [Fact]
    public void Decode_ForeignFullStopsBehind_IsFoundUnderItsName()
    {
        var report = Given.One(Given.WithPolicy().Replace(Given.Domain, "b\u00fccher.example\u3002\u3002", StringComparison.Ordinal));

        Assert.All(report.PolicyDomains, domain => Assert.NotNull(SessionCount.Of(report, domain)));
    }

    [Fact]
    public void Decode_ListPackedTwice_IsUnpackedWhole()
        => AssertStable(Given.WithPolicy("""
            "policy-string":["[\"[\\\"3 1 1 AB\\\"]\"]"]
            """), policy => Assert.Equal(["3 1 1 AB"], policy.PolicyString));

    [Fact]
    public void Decode_PrefixTwice_IsLeftOutTwice()
        => AssertStable(Given.WithPolicy("""
            "mx-host":["mx: MX:a.example"]
            """), policy => Assert.Equal(["a.example"], policy.MxHost));

    [Fact]
    public void Decode_TextThatRepairMakesLonger_StaysWithinTheLimit()
    {
        var json = Given.Utf8(Given.SmallJson.Replace("{\"date-range\"", "{\"report-id\":\"" + new string('~', 4000) + "\",\"date-range\"", StringComparison.Ordinal));
        json.AsSpan().Replace((byte)'~', (byte)0xFF);

        var report = Given.One(json);

        Assert.InRange(Encoding.UTF8.GetByteCount(report.ReportId!), 4000, ReportLimits.Default.MaxStringBytes);
        Assert.True(report.Truncated.HasFlag(Truncations.Strings));
        Assert.Equal(new string('\uFFFD', ReportLimits.Default.MaxStringBytes / 3), report.ReportId);
    }

    [Fact]
    public void Read_MemberBeyondItsLimit_IsRefusedThoughTheArchiveMayHoldMore()
    {
        var limits = ReportLimits.Default with { MaxInflatedBytes = 10_000, MaxMemberBytes = 1_000 };
        var member = new byte[1_001];
        new Random(1).NextBytes(member);

        Assert.Null(Assert.Single(ReportZip.Read(Given.Zip(("a", member[..1_000])), limits)).Refused);
        var refused = Assert.Single(ReportZip.Read(Given.Zip(("a", member)), limits)).Refused!;
        Assert.Equal((RefusalReason.DecompressedTooLarge, nameof(ReportLimits.MaxMemberBytes)), (refused.Reason, refused.LimitOrField));
    }

    private static void AssertStable(string json, Action<ReportedPolicy> assert)
    {
        var report = Given.One(json);
        assert(Assert.Single(report.Policies));
        Assert.Equal(Given.Content(report), Given.Content(Given.One(Given.Content(report))));
    }
}
