using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>A DNS that gives no answer ends no alert and begins none.</summary>
public sealed class AlertHiccupTests
{
    private const string Alice = LifecycleBench.Alice;
    private static readonly LookupView NotAnswered = new(DnsStatus.Failed, [], 0, "no answer in time");
    private readonly LifecycleBench bench = new();

    [Fact]
    public void CnameLost_WhileTheDnsIsSilent_StaysUntilTheCnameIsSeen()
    {
        bench.GoLive(Alice);
        bench.See(null);
        Assert.True(IsOpen("cname-lost"));
        bench.SeeNothing();
        Assert.True(IsOpen("cname-lost"));
        bench.See(Alice);
        Assert.False(IsOpen("cname-lost"));
        bench.SeeNothing();
        Assert.False(IsOpen("cname-lost"));
    }

    [Fact]
    public void MxNotCovered_WhileTheDnsIsSilent_StaysUntilTheMxAreSeen()
    {
        bench.GoLive(Alice, PolicyMode.Enforce, 604_800);
        bench.See(Alice, mx: ["mx1.example.com", "mx2.example.com"]);
        Assert.True(IsOpen("mx-not-covered"));
        bench.SeeNothing();
        Assert.True(IsOpen("mx-not-covered"));
        bench.Pass(KnownMx.KeptFor);
        bench.SeeNothing();
        Assert.True(IsOpen("mx-not-covered"));
        bench.See(Alice);
        Assert.False(IsOpen("mx-not-covered"));
    }

    [Theory]
    [InlineData(null, "policy-record-missing")]
    [InlineData("v=STSv1; id=1;", "policy-record-mismatch")]
    [InlineData("v=STSv1; id=;", "policy-record-invalid")]
    public void PolicyRecord_WhileTheDnsIsSilent_StaysUntilItIsSeen(string? record, string kind)
    {
        bench.GoLive(Alice);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Pass(bench.Options.RecordGrace);
        bench.See(Alice, record);
        Assert.True(IsOpen(kind));
        bench.SeeZone(bench.Observe(Alice) with { PolicyRecord = NotAnswered });
        Assert.True(IsOpen(kind));
        bench.SeeZone(bench.Observe(Alice) with { PolicyAlias = NotAnswered });
        Assert.True(IsOpen(kind));
        bench.See(Alice, $"v=STSv1; id={bench.Served!.Id};");
        Assert.False(IsOpen(kind));
    }

    [Fact]
    public void PolicyUnreachable_WhileTheDnsIsSilent_StaysAndItsBeginningIsKept()
    {
        bench.GoLive(Alice);
        bench.SeeZone(Failing());
        var since = bench.State.OutsideFailingSince;
        Assert.NotNull(since);
        bench.Pass(TimeSpan.FromMinutes(5));
        bench.SeeNothing();
        Assert.Equal(since, bench.State.OutsideFailingSince);
        Assert.False(IsOpen("policy-unreachable"));

        bench.Pass(bench.Options.OutsideGrace);
        bench.SeeZone(Failing());
        Assert.True(IsOpen("policy-unreachable"));
        bench.SeeNothing();
        Assert.True(IsOpen("policy-unreachable"));

        bench.SeeZone(Failing() with { Fetch = Fetch(null) });
        Assert.False(IsOpen("policy-unreachable"));
        Assert.Null(bench.State.OutsideFailingSince);
    }

    [Fact]
    public void PolicyHostUnreached_WhileTheRecordsAreNotAnswered_Stays()
    {
        bench.GoLive(Alice);
        bench.SeeZone(bench.Zone(claimRecord: Alice, isReached: false));
        bench.Pass(bench.Options.OutsideGrace);
        bench.SeeZone(bench.Zone(claimRecord: Alice, isReached: false));
        Assert.True(IsOpen("policy-host-unreached"));
        bench.SeeZone(bench.Zone(claimRecord: Alice) with { ClaimRecord = NotAnswered, Reach = null });
        Assert.True(IsOpen("policy-host-unreached"));
        bench.SeeZone(bench.Zone(claimRecord: Alice));
        Assert.False(IsOpen("policy-host-unreached"));
    }

    [Fact]
    public void CaaRefused_WhileTheDnsIsSilent_Stays()
    {
        bench.GoLive(Alice);
        bench.SeeZone(bench.Observe(Alice) with { Caa = Caa(DnsStatus.Found, "0 issue \"other.example\"") });
        Assert.True(IsOpen("caa-refused"));
        bench.SeeZone(bench.Observe(Alice) with { Caa = Caa(DnsStatus.Failed) });
        Assert.True(IsOpen("caa-refused"));
        bench.SeeZone(bench.Observe(Alice) with { Caa = Caa(DnsStatus.NoData) });
        Assert.False(IsOpen("caa-refused"));
    }

    private bool IsOpen(string kind) => Claims.Of(bench.State, Alice)!.Alerts.Any(alert => alert.Kind == kind);

    private Observation Failing() => bench.Observe(Alice) with { Fetch = Fetch(new FetchFault(FetchFaultKind.Certificate, "192.0.2.1")) };

    private PolicyFetch Fetch(FetchFault? fault) =>
        new(bench.Now, fault, fault is null ? PolicyFetch.HashOf(PolicyVersions.Body(bench.Served!.Content)) : null, ["192.0.2.1"], null);

    private static CaaLookup Caa(DnsStatus status, params string[] values) => new(status, values.Length == 0 ? null : LifecycleBench.Domain, values, ["letsencrypt.org"], null);
}
