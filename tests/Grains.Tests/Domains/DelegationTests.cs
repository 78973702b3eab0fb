using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Both ways to publish a record, as the owner is shown them, and what is ordered in the service's zone.</summary>
public sealed class DelegationTests
{
    private const string Alice = LifecycleBench.Alice;
    private static readonly string Target = LifecycleBench.Naming.PolicyRecordTarget(LifecycleBench.Token(Alice))!;
    private static readonly string ReportingTarget = LifecycleBench.Naming.ReportingRecordTarget(LifecycleBench.Token(Alice))!;
    private readonly LifecycleBench bench = new();

    private RecordView Policy => bench.Records(Alice)[1];

    private RecordView Reporting => bench.Records(Alice)[2];

    private DesiredRecord? Order => DelegatedRecords.Find(bench.State, Target);

    private IEnumerable<AlertCondition> Alerts => Claims.Of(bench.State, Alice)!.Alerts;

    [Fact]
    public void Policy_NothingPublished_OffersTheCnameAndTheTxt()
    {
        Announce();
        See();
        Assert.Equal(("CNAME", Target, RecordState.Missing), (Policy.Type, Policy.Expected, Policy.State));
        Assert.Equal(PolicyRecord.Write(bench.Served!.Id), Policy.Alternative);
        Assert.Contains(Policy.Alternative!, Policy.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_NotHostedYet_CanBeDelegatedBeforehand()
    {
        bench.Claim(Alice);
        See();
        Assert.Equal(("CNAME", Target, RecordState.Unchecked), (Policy.Type, Policy.Expected, Policy.State));
        See(alias: Target);
        Assert.Equal(RecordState.Ok, Policy.State);
        Assert.Contains("as soon as there is something to announce", Policy.Detail, StringComparison.Ordinal);
        Assert.Null(Order);
    }

    [Fact]
    public void Policy_DelegatedAndNotWrittenYet_SaysThatItIsBeingWritten()
    {
        Announce();
        See(alias: Target);
        Assert.Equal(RecordState.Missing, Policy.State);
        Assert.Contains("is being written", Policy.Detail, StringComparison.Ordinal);
        Done();
        Assert.Contains("is written; the DNS still shows", Policy.Detail, StringComparison.Ordinal);
        See(alias: Target, txt: PolicyRecord.Write(bench.Served!.Id));
        Assert.Equal(("CNAME", RecordState.Ok, (string?)null), (Policy.Type, Policy.State, Policy.Detail));
        Assert.Equal([Target], Policy.Observed);
    }

    [Fact]
    public void Policy_PublishedByHandAndRight_IsOkAndNamesTheOtherWay()
    {
        Announce();
        See(txt: PolicyRecord.Write(bench.Served!.Id));
        Assert.Equal(("TXT", RecordState.Ok, Target), (Policy.Type, Policy.State, Policy.Alternative));
        See(txt: "v=STSv1; id=old;");
        Assert.Equal(("CNAME", RecordState.Mismatch), (Policy.Type, Policy.State));
        Assert.Equal(["v=STSv1; id=old;"], Policy.Observed);
    }

    [Fact]
    public void Policy_CnameThatLeadsElsewhere_IsAMismatch()
    {
        Announce();
        See(alias: "_mta-sts.other.example");
        Assert.Equal(("CNAME", RecordState.Mismatch, Target), (Policy.Type, Policy.State, Policy.Expected));
    }

    [Fact]
    public void Reporting_Delegated_IsWrittenOnceTheCnameIsSeen()
    {
        bench.Claim(Alice);
        See();
        Assert.Equal(("CNAME", ReportingTarget, RecordState.Missing), (Reporting.Type, Reporting.Expected, Reporting.State));
        Assert.Null(DelegatedRecords.Find(bench.State, ReportingTarget));
        See(reporting: ReportingTarget);
        Assert.StartsWith("v=TLSRPTv1; rua=mailto:", DelegatedRecords.Find(bench.State, ReportingTarget)!.Value, StringComparison.Ordinal);
        See(); // The CNAME went: what was written stays until the claim goes.
        Assert.NotNull(DelegatedRecords.Find(bench.State, ReportingTarget)!.Value);
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now));
        Assert.Null(DelegatedRecords.Find(bench.State, ReportingTarget)!.Value);
    }

    [Fact]
    public void Order_NewVersion_ComesWithItsAnnouncementAndNotBefore()
    {
        Announce();
        var first = Order!;
        Assert.Equal(PolicyRecord.Write(bench.Served!.Id), first.Value);
        bench.Put(Alice, PolicyMode.Enforce, 604_800);
        Assert.Same(first, Order);
        bench.Pass(bench.Options.Lease + bench.Options.AnnounceMargin);
        Assert.Equal(PolicyRecord.Write(bench.Served!.Id), Order!.Value);
        Assert.NotEqual(first.Id, Order.Id);
    }

    [Fact]
    public void Order_WaitsForTheLookFromOutsideWhereThatIsRequired()
    {
        bench.Options.OutsideCheck = OutsideCheck.Required;
        Announce();
        Assert.Null(Order);
    }

    [Fact]
    public void Failure_ThreeTimes_IsShownAndAnAlertUntilItIsWritten()
    {
        Announce();
        See(alias: Target);
        for (var i = 0; i < bench.Options.AlertAfterTries; i++)
        {
            Assert.Empty(Alerts);
            Fail();
            bench.Pass(TimeSpan.FromMinutes(2));
        }
        Assert.Equal("policy-record-not-written", Assert.Single(Alerts).Kind);
        Assert.Contains("RFC 2136: refused. Mend it.", Policy.Detail, StringComparison.Ordinal);
        Done();
        Assert.Empty(Alerts);
    }

    [Fact]
    public void Ttl_OfTheRecord_CountsInTheRetirementClock()
    {
        bench.Options.RecordTtl = TimeSpan.FromHours(3);
        Announce();
        var before = RetirementClock.End(bench.State, bench.Now, bench.Options);
        Assert.Equal(bench.Now + bench.Options.Lease + TimeSpan.FromDays(1) + TimeSpan.FromHours(3), before);
    }

    [Fact]
    public void Zone_TakenFromTheSettings_OrdersTheDeletionWhereItWasWritten()
    {
        Announce();
        Done();
        var withoutZone = new NamingOptions { HostingTarget = LifecycleBench.Naming.HostingTarget, IntakeMailDomain = LifecycleBench.Naming.IntakeMailDomain };
        var without = new DomainLifecycle(withoutZone, bench.Options);
        bench.Set(without.Observe(bench.State, bench.Observe(Alice), bench.Now));
        Assert.Equal((null, "dns.model"), (Order!.Value, Order.Provider));
        Assert.Equal("TXT", RecordChecks.All(LifecycleBench.Domain, bench.State, Claims.Of(bench.State, Alice)!, withoutZone)[1].Type);
    }

    private void Announce()
    {
        bench.GoLive(Alice);
        bench.Pass(bench.Options.Lease + bench.Options.AnnounceMargin);
    }

    private void Done() => bench.FinishRecords(new RecordResult(true, bench.Now, 300) { Provider = "dns.model" });

    private void Fail() => bench.FinishRecords(new ReconcileResult(false, "RFC 2136: refused.", "Mend it."));

    private void See(string? alias = null, string? txt = null, string? reporting = null) => bench.Set(bench.Lifecycle.Observe(
        bench.State, bench.Observe(bench.State.Serving == ServingState.Off ? null : Alice, txt) with { PolicyAlias = Alias(alias), ReportingAlias = Alias(reporting) }, bench.Now));

    private static LookupView Alias(string? target) => new(target is null ? DnsStatus.NoName : DnsStatus.Found, target is null ? [] : [target], 300, null);
}
