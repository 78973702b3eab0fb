using MtaSts.Application.Alerts;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>No single answer raises or resolves an alert about a policy that another service serves, and a lookup or fetch without a result changes nothing.</summary>
public sealed class WatchConfirmationTests
{
    private const string Alice = LifecycleBench.Alice;
    private const string First = "v=STSv1; id=1;";
    private const string Second = "v=STSv1; id=2;";
    private const int Ttl = 300;
    private static readonly LookupView Nothing = new(DnsStatus.NoName, [], 0, null);
    private readonly LifecycleBench bench = new();

    public WatchConfirmationTests() => bench.Claim(Alice);

    [Theory]
    [InlineData(FetchFaultKind.Timeout)]
    [InlineData(FetchFaultKind.DnsFailed)]
    public void PolicyAndId_ChangedTogetherDuringAnOutage_AreNotAnUnchangedId(FetchFaultKind fault)
    {
        See(First, Policy(PolicyMode.Testing));
        See(Second, Failed(fault));
        for (var i = 0; i < 4; i++, bench.Pass(bench.Options.OutsideGrace))
            See(Second, Policy(PolicyMode.Enforce));
        Assert.Empty(Open);
    }

    [Fact]
    public void Policy_ChangedDuringAnOutageWithoutItsId_IsToldAfterIt()
    {
        See(First, Policy(PolicyMode.Testing));
        See(First, Failed(FetchFaultKind.Timeout));
        See(First, Policy(PolicyMode.Enforce));
        bench.Pass(TimeSpan.FromSeconds(Ttl) + bench.Options.OutsideGrace);
        See(First, Policy(PolicyMode.Enforce));
        Assert.Equal(AlertKinds.OwnIdUnchanged, Assert.Single(Open).Kind);
    }

    /// <summary>RFC 8461 §8.1: the file first, then the id.</summary>
    [Fact]
    public void Policy_SeenBetweenTheFileAndItsId_RaisesNothing()
    {
        See(First, Policy(PolicyMode.Testing));
        See(First, Policy(PolicyMode.Enforce));
        Assert.Equal(bench.Now + bench.Options.CheckMonitored, bench.State.NextCheckAt); // A cached record confirms nothing.
        bench.Pass(bench.Options.OutsideGrace);
        See(Second, Policy(PolicyMode.Enforce));
        Assert.Empty(Open);
    }

    [Fact]
    public void Policy_OldIdStillInAResolversCache_RaisesNothing()
    {
        const int Day = 86_400;
        See(First, Policy(PolicyMode.Testing), Day);
        See(First, Policy(PolicyMode.Enforce), Day);
        for (var left = Day - 3_600; left > 0; left -= 3_600)
        {
            bench.Pass(TimeSpan.FromHours(1));
            See(First, Policy(PolicyMode.Enforce), left);
        }
        bench.Pass(TimeSpan.FromHours(1));
        See(Second, Policy(PolicyMode.Enforce), Day);
        Assert.Empty(Open);
    }

    [Fact]
    public void Policy_ChangedAndPutBack_RaisesNothing()
    {
        See(First, Policy(PolicyMode.Testing));
        See(First, Policy(PolicyMode.Enforce));
        for (var i = 0; i < 3; i++, bench.Pass(TimeSpan.FromHours(1)))
            See(First, Policy(PolicyMode.Testing));
        Assert.Empty(Open);
    }

    [Fact]
    public void Policy_ChangedWhileItsRecordWasInvalid_IsToldWhenTheOldIdIsBack()
    {
        See(First, Policy(PolicyMode.Testing));
        See("v=STSv1;", Policy(PolicyMode.Enforce));
        See(First, Policy(PolicyMode.Enforce));
        bench.Pass(TimeSpan.FromSeconds(Ttl) + bench.Options.OutsideGrace);
        See(First, Policy(PolicyMode.Enforce));
        Assert.Equal(AlertKinds.OwnIdUnchanged, Assert.Single(Open).Kind);
    }

    [Fact]
    public void Record_MissingInOneAnswer_ResolvesNothing()
    {
        See(First, Policy(PolicyMode.Testing));
        See(First, Policy(PolicyMode.Enforce));
        bench.Pass(TimeSpan.FromSeconds(Ttl) + bench.Options.OutsideGrace);
        See(First, Policy(PolicyMode.Enforce));
        See(First, Failed(FetchFaultKind.Timeout));
        bench.Pass(bench.Options.OutsideGrace);
        See(First, Failed(FetchFaultKind.Timeout));
        var before = Kinds;
        Assert.Equal([AlertKinds.OwnIdUnchanged, AlertKinds.OwnPolicyUnreachable], before);
        See(null, null);
        Assert.Equal(before, Kinds);
        Assert.Equal(bench.Now + bench.Options.CheckWhileFailing, bench.State.NextCheckAt);
        bench.Pass(bench.Options.CheckWhileFailing);
        See(First, Failed(FetchFaultKind.Timeout));
        Assert.Equal(before, Kinds);
        Assert.Equal(AlertSeverity.Critical, Open.Single(alert => alert.Kind == AlertKinds.OwnPolicyUnreachable).Words().Severity); // The last mode is still known.
    }

    [Fact]
    public void Record_RemovedForGood_ResolvesAll()
    {
        See(First, Policy(PolicyMode.Enforce));
        See(First, Failed(FetchFaultKind.Timeout));
        bench.Pass(bench.Options.OutsideGrace);
        See(First, Failed(FetchFaultKind.Timeout));
        Assert.NotEmpty(Open);
        See(null, null);
        bench.SeeNothing();
        bench.Pass(bench.Options.OutsideGrace);
        Assert.NotEmpty(Open);
        See(null, null);
        Assert.Empty(Open);
        Assert.Null(bench.State.Elsewhere);
        See(First, Policy(PolicyMode.Testing)); // A new beginning with the same id.
        Assert.Empty(Open);
    }

    [Theory]
    [InlineData(FetchFaultKind.DnsFailed)]
    [InlineData(FetchFaultKind.NotTried)]
    public void Fetch_ShowedNothing_NeitherRaisesNorResolves(FetchFaultKind fault)
    {
        See(First, Policy(PolicyMode.Enforce));
        for (var i = 0; i < 5; i++, bench.Pass(bench.Options.OutsideGrace))
            See(First, Failed(fault));
        Assert.Empty(Open);
        See(First, Failed(FetchFaultKind.Timeout));
        bench.Pass(bench.Options.OutsideGrace);
        See(First, Failed(FetchFaultKind.Timeout));
        See(First, Failed(fault));
        var alert = Assert.Single(Open);
        Assert.Contains("No answer in time.", alert.Words().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FetchFaultKind.DnsFailed)]
    [InlineData(FetchFaultKind.NotTried)]
    public void FetchOfAServedPolicy_ShowedNothing_NeitherRaisesNorResolves(FetchFaultKind fault)
    {
        bench.GoLive(Alice);
        for (var i = 0; i < 5; i++, bench.Pass(bench.Options.OutsideGrace))
            bench.SeeZone(bench.Observe(Alice) with { Fetch = Failed(fault) });
        Assert.DoesNotContain(AlertKinds.PolicyUnreachable, Kinds);
        for (var i = 0; i < 2; i++, bench.Pass(bench.Options.OutsideGrace))
            bench.SeeZone(bench.Observe(Alice) with { Fetch = Failed(FetchFaultKind.Timeout) });
        bench.SeeZone(bench.Observe(Alice) with { Fetch = Failed(fault) });
        Assert.Contains(AlertKinds.PolicyUnreachable, Kinds);
    }

    [Fact]
    public void AddressesOfAHiddenPolicyHost_NotAnswered_NeitherRaiseNorResolve()
    {
        bench.GoLive(Alice);
        var unanswered = new Reach(bench.Now, false, new FetchFault(FetchFaultKind.DnsFailed), []);
        for (var i = 0; i < 5; i++, bench.Pass(bench.Options.OutsideGrace))
            bench.SeeZone(bench.Zone(claimRecord: Alice) with { Reach = unanswered });
        Assert.DoesNotContain(AlertKinds.PolicyHostUnreached, Kinds);
        for (var i = 0; i < 2; i++, bench.Pass(bench.Options.OutsideGrace))
            bench.SeeZone(bench.Zone(claimRecord: Alice, isReached: false));
        Assert.Contains(AlertKinds.PolicyHostUnreached, Kinds);
        bench.SeeZone(bench.Zone(claimRecord: Alice) with { Reach = unanswered });
        Assert.Contains(AlertKinds.PolicyHostUnreached, Kinds);
    }

    /// <summary>A certificate that clients refuse is the fault of the fetch: its renewal is not what is wrong.</summary>
    [Theory]
    [InlineData(1, 91)] // Not yet valid.
    [InlineData(-90, -1)] // Expired.
    [InlineData(-80, 10)] // For another name, or of an unknown authority; late as well.
    public void Certificate_ThatIsRefused_IsToldAsUnreachableOnly(int from, int until)
    {
        See(First, Policy(PolicyMode.Enforce));
        for (var i = 0; i < 2; i++, bench.Pass(bench.Options.OutsideGrace))
            See(First, Failed(FetchFaultKind.Certificate, bench.Now.AddDays(from), bench.Now.AddDays(until)));
        Assert.Equal([AlertKinds.OwnPolicyUnreachable], Kinds);
    }

    [Fact]
    public void Certificate_NotRenewedAndThenExpired_IsToldWithoutAGap()
    {
        var (from, until) = (bench.Now.AddDays(-89), bench.Now.AddDays(1));
        See(First, Policy(PolicyMode.Enforce, from, until));
        Assert.Equal([AlertKinds.OwnCertificateEnds], Kinds);
        bench.Pass(TimeSpan.FromDays(1));
        See(First, Failed(FetchFaultKind.Certificate, from, until));
        Assert.Equal([AlertKinds.OwnCertificateEnds], Kinds);
        bench.Pass(bench.Options.OutsideGrace);
        See(First, Failed(FetchFaultKind.Certificate, from, until));
        Assert.Equal([AlertKinds.OwnPolicyUnreachable], Kinds);
    }

    [Fact]
    public void Certificate_NotRenewed_StaysToldWhileFetchesShowNone()
    {
        var (from, until) = (bench.Now.AddDays(-80), bench.Now.AddDays(10));
        See(First, Policy(PolicyMode.Enforce, from, until));
        for (var i = 0; i < 3; i++, bench.Pass(bench.Options.OutsideGrace))
            See(First, Failed(FetchFaultKind.Timeout));
        Assert.Equal([AlertKinds.OwnCertificateEnds, AlertKinds.OwnPolicyUnreachable], Kinds);
        See(First, null);
        Assert.Contains(AlertKinds.OwnCertificateEnds, Kinds);
        bench.Pass(TimeSpan.FromDays(11)); // The certificate last seen has expired.
        See(First, Failed(FetchFaultKind.Timeout));
        Assert.Equal([AlertKinds.OwnPolicyUnreachable], Kinds);
        See(First, Policy(PolicyMode.Enforce, bench.Now, bench.Now.AddDays(90)));
        Assert.Empty(Open);
    }

    [Fact]
    public void Reports_OfAServedDomainNoLongerSentHere_AreTold()
    {
        bench.GoLive(Alice);
        bench.SeeZone(bench.Zone(cname: Alice, rua: Alice));
        for (var i = 0; i < 2; i++, bench.Pass(bench.Options.OutsideGrace))
        {
            Assert.DoesNotContain(AlertKinds.ReportsLost, Kinds);
            bench.SeeZone(bench.Zone(cname: Alice));
        }
        Assert.Contains(AlertKinds.ReportsLost, Kinds);
        bench.SeeZone(bench.Zone(cname: Alice, rua: Alice));
        Assert.DoesNotContain(AlertKinds.ReportsLost, Kinds);
    }

    private IReadOnlyList<AlertCondition> Open => [.. Claims.Of(bench.State, Alice)!.Alerts];

    private IReadOnlyList<string> Kinds => [.. Open.Select(alert => alert.Kind).Order(StringComparer.Ordinal)];

    private void See(string? record, PolicyFetch? fetch, int ttl = Ttl) => bench.SeeZone(bench.Observe(null, record, ttl) with { Cname = Nothing, Elsewhere = fetch });

    private PolicyFetch Policy(PolicyMode mode, DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        new(bench.Now, null, "hash", ["192.0.2.1"], until) { Content = new PolicyContent(mode, ["mx1.example.com"], 86_400), CertificateValidFrom = from };

    private PolicyFetch Failed(FetchFaultKind kind, DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        new(bench.Now, new FetchFault(kind, "192.0.2.1"), null, ["192.0.2.1"], until) { CertificateValidFrom = from };
}
