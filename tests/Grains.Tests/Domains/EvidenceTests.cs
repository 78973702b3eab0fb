using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Who gets a domain whose CNAME cannot be seen, and who does not.</summary>
public sealed class EvidenceTests
{
    private const string Alice = LifecycleBench.Alice;
    private const string Bob = LifecycleBench.Bob;
    private readonly LifecycleBench bench = new();

    public EvidenceTests()
    {
        bench.Claim(Alice);
        bench.Claim(Bob);
        bench.Put(Alice, PolicyMode.Testing, 86_400);
        bench.Put(Bob, PolicyMode.Enforce, 86_400);
        bench.Enable(Alice);
    }

    [Theory]
    [InlineData("claim")]
    [InlineData("policy")]
    [InlineData("reporting")]
    [InlineData("rua")]
    public void Hosting_OneRecordAndReached_BeginsAndIsLive(string record)
    {
        bench.SeeZone(Only(record, Alice));
        Assert.Equal(HostingState.Provisioning, bench.View(Alice).Hosting.State);
        bench.FinishHostname();
        Assert.Equal(HostingState.Live, bench.View(Alice).Hosting.State);
        var card = bench.Records(Alice)[0];
        Assert.Equal(RecordState.Ok, card.State);
        Assert.Contains("DNS only", card.Detail, StringComparison.Ordinal);
        Assert.Empty(Claims.Of(bench.State, Alice)!.Alerts);
    }

    [Theory]
    [InlineData("claim")]
    [InlineData("rua")]
    public void Hosting_OneRecordAndNotReached_WaitsAndSaysForWhat(string record)
    {
        bench.SeeZone(Only(record, Alice, isReached: false));
        var hosting = bench.View(Alice).Hosting;
        Assert.Equal(HostingState.AwaitingCname, hosting.State);
        Assert.Contains("Another server answers there", hosting.Problem, StringComparison.Ordinal);
        Assert.Contains("Another server answers there", bench.Records(Alice)[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosting_AtAProviderThatNeedsTheNameFirst_BeginsByTheClaimRecordAndIsLiveOnceReached()
    {
        bench.Options.HostnameBeforeReach = true;
        bench.SeeZone(bench.Zone(claimRecord: Alice, isReached: false));
        Assert.Equal(HostingState.Provisioning, bench.View(Alice).Hosting.State);
        bench.FinishHostname();
        Assert.Equal(HostingState.Provisioning, bench.View(Alice).Hosting.State);
        Assert.Contains("does not lead here yet", bench.View(Alice).Hosting.Problem, StringComparison.Ordinal);
        bench.SeeZone(bench.Zone(claimRecord: Alice));
        bench.FinishHostname();
        Assert.Equal(HostingState.Live, bench.View(Alice).Hosting.State);
        Assert.Null(bench.View(Alice).Hosting.Problem);
    }

    [Fact]
    public void Hosting_AtSuchAProvider_NotByAReportAddressAndNotWithoutAnAddress()
    {
        bench.Options.HostnameBeforeReach = true;
        bench.SeeZone(bench.Zone(rua: Alice, isReached: false));
        Assert.Equal(ServingState.Off, bench.State.Serving);
        bench.SeeZone(bench.Zone(claimRecord: Alice) with { Reach = new Reach(bench.Now, false, new FetchFault(FetchFaultKind.NoAddress), []) });
        Assert.Equal(ServingState.Off, bench.State.Serving);
    }

    [Fact]
    public void Judge_RecordsNameTwoWorkspaces_NobodyGetsItAndThePageSaysSo()
    {
        bench.SeeZone(bench.Zone(claimRecord: Bob, rua: Alice));
        Assert.Null(bench.State.Holder);
        Assert.Contains("more than one workspace", bench.View(Alice).Hosting.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_VisibleCname_DecidesAloneWhateverTheOthersSay()
    {
        bench.SeeZone(bench.Zone(claimRecord: Bob, policyAlias: Bob, rua: Bob, cname: Alice));
        Assert.Equal(Alice, bench.State.Holder);
    }

    [Fact]
    public void Judge_MonitoredOnly_ReportAddressNeitherHoldsNorHindersAnother()
    {
        bench.Disable(Alice);
        bench.SeeZone(bench.Zone(rua: Alice));
        Assert.Null(bench.State.Holder);
        bench.SeeZone(bench.Zone(rua: Alice, claimRecord: Bob));
        Assert.Equal(Bob, bench.State.Holder);
        Assert.NotNull(Claims.Of(bench.State, Alice));
    }

    [Theory]
    [InlineData("claim")]
    [InlineData("policy")]
    [InlineData("reporting")]
    [InlineData("rua")]
    public void Judge_OneLookUpFailed_NobodyGetsIt(string failing)
    {
        var failed = new LookupView(DnsStatus.Failed, [], 0, "no answer in time");
        var zone = bench.Zone(claimRecord: failing == "claim" ? null : Alice, policyAlias: failing == "claim" ? Alice : null);
        bench.SeeZone(failing switch
        {
            "claim" => zone with { ClaimRecord = failed },
            "policy" => zone with { PolicyAlias = failed },
            "reporting" => zone with { ReportingAlias = failed },
            _ => zone with { ReportingRecord = failed },
        });
        Assert.Null(bench.State.Holder);
    }

    [Fact]
    public void Judge_ObservationOfAnOlderBuild_GivesNobodyTheDomain()
    {
        bench.SeeZone(bench.Zone(rua: Alice) with { ClaimRecord = null, PolicyAlias = null, ReportingAlias = null });
        Assert.Null(bench.State.Holder);
    }

    [Theory]
    [InlineData("claim", true)]
    [InlineData("policy", true)]
    [InlineData("reporting", false)]
    [InlineData("rua", false)]
    public void Takeover_ByRecord_OnlyByThoseThatNameTheHostAndOnlyAfterTheirTtl(string record, bool takes)
    {
        bench.Enable(Bob);
        bench.See(Alice);
        bench.SeeZone(Only(record, Bob, ttl: 900));
        bench.Pass(TimeSpan.FromSeconds(899));
        bench.SeeZone(Only(record, Bob, ttl: 900));
        Assert.Equal(Alice, bench.State.Holder);
        bench.Pass(TimeSpan.FromSeconds(1));
        bench.SeeZone(Only(record, Bob, ttl: 900));
        Assert.Equal(takes ? Bob : Alice, bench.State.Holder);
    }

    [Fact]
    public void Takeover_ByWhatAFormerWorkspaceLeftBehind_DoesNotHappenUntilItIsPublishedAnew()
    {
        bench.Enable(Bob);
        bench.SeeZone(bench.Zone(claimRecord: Alice, rua: Alice)); // Alice has it.
        bench.SeeZone(bench.Zone(claimRecord: Alice, rua: Alice, cname: Bob));
        bench.Pass(TimeSpan.FromHours(1));
        bench.SeeZone(bench.Zone(claimRecord: Alice, rua: Alice, cname: Bob));
        Assert.Equal(Bob, bench.State.Holder);
        for (var day = 0; day < 3; day++)
        {
            bench.Pass(TimeSpan.FromDays(1));
            bench.SeeZone(bench.Zone(claimRecord: Alice, rua: Alice)); // Bob's CNAME went; what is left names Alice.
        }
        Assert.Equal(Bob, bench.State.Holder);
        Assert.Contains("when another workspace took the domain", bench.View(Alice).Hosting.Problem, StringComparison.Ordinal);
        bench.SeeZone(bench.Zone());
        bench.SeeZone(bench.Zone(claimRecord: Alice));
        bench.Pass(TimeSpan.FromHours(1));
        bench.SeeZone(bench.Zone(claimRecord: Alice));
        Assert.Equal(Alice, bench.State.Holder);
    }

    [Fact]
    public void Removal_OfTheHoldersClaim_GivesALeftOverNothing()
    {
        bench.SeeZone(bench.Zone(rua: Alice, cname: Bob));
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Bob, Bob, now));
        Assert.Null(bench.State.Holder);
        bench.SeeZone(bench.Zone(rua: Alice));
        Assert.Null(bench.State.Holder);
    }

    [Theory]
    [InlineData("mtasts-claim=TOKENalice")]
    [InlineData("mtasts-claim=tokenalice ")]
    [InlineData(" mtasts-claim=tokenalice")]
    [InlineData("MTASTS-CLAIM=tokenalice")]
    [InlineData("mtasts-claim=tokenalicf")]
    [InlineData("mtasts-claim= tokenalice")]
    [InlineData("mtasts-claim=")]
    [InlineData("tokenalice")]
    public void ClaimRecord_NearMiss_CountsForNothing(string text)
    {
        bench.SeeZone(bench.Zone() with { ClaimRecord = new LookupView(DnsStatus.Found, [text, "unrelated"], 300, null) });
        Assert.Null(bench.State.Holder);
        Assert.Equal(RecordState.Mismatch, bench.Records(Alice)[3].State);
    }

    [Fact]
    public void ClaimRecord_AmongOthers_Counts()
    {
        bench.SeeZone(bench.Zone() with { ClaimRecord = new LookupView(DnsStatus.Found, ["mtasts-claim=somebodyelse", NamingOptions.ClaimText(LifecycleBench.Token(Alice))], 300, null) });
        Assert.Equal(Alice, bench.State.Holder);
    }

    [Fact]
    public void ReportAddress_BehindAnAliasToSomebodyElse_CountsForNothing()
    {
        bench.SeeZone(bench.Zone(rua: Alice) with { ReportingAlias = new LookupView(DnsStatus.Found, ["example-com.reports.vendor.net"], 300, null) });
        Assert.Null(bench.State.Holder);
    }

    [Fact]
    public void ReportAddress_InARecordThatSendersCannotRead_CountsForNothing()
    {
        var record = bench.Zone(rua: Alice).ReportingRecord.Values[0];
        bench.SeeZone(bench.Zone() with { ReportingRecord = new LookupView(DnsStatus.Found, [record, record], 300, null) });
        Assert.Null(bench.State.Holder);
    }

    [Fact]
    public void ReportAddress_BesideAnotherServices_Counts()
    {
        var address = LifecycleBench.Naming.ReportAddress(LifecycleBench.Token(Alice)).ToUpperInvariant();
        bench.SeeZone(bench.Zone() with { ReportingRecord = new LookupView(DnsStatus.Found, [$"v=TLSRPTv1; rua=mailto:reports@vendor.net,mailto:{address}"], 300, null) });
        Assert.Equal(Alice, bench.State.Holder);
    }

    /// <summary>A CNAME that leads elsewhere is not hidden, whatever other records name the claim: it is lost, and said at once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Alerts_CnameLeadsElsewhere_AreRaisedAtOnceAndNameIt(bool isClaimRecord)
    {
        bench.GoLive(Alice);
        var zone = isClaimRecord ? bench.Zone(claimRecord: Alice, isReached: false) : bench.Zone(rua: Alice, isReached: false);
        bench.SeeZone(zone with { Cname = new LookupView(DnsStatus.Found, ["evil.example"], 300, null) });
        var alert = Assert.Single(Claims.Of(bench.State, Alice)!.Alerts);
        Assert.Equal(AlertKinds.CnameLost, alert.Kind);
        Assert.Equal(["evil.example"], alert.Parameters[AlertParameters.Seen]);
        var records = bench.Records(Alice);
        Assert.Equal(RecordState.Mismatch, records[0].State);
        Assert.DoesNotContain("cannot be seen", records[0].Detail, StringComparison.Ordinal);
        if (!isClaimRecord)
            Assert.DoesNotContain(records, record => record.Name.StartsWith("_mtasts-claim", StringComparison.Ordinal));

        bench.SeeZone(bench.Zone(claimRecord: Alice) with { Cname = new LookupView(DnsStatus.Found, ["edge.example"], 300, null) });
        Assert.Empty(Claims.Of(bench.State, Alice)!.Alerts);
    }

    [Fact]
    public void Alerts_NotReachedAnyMore_AfterTheGraceAndNotCnameLost()
    {
        bench.SeeZone(bench.Zone(claimRecord: Alice));
        bench.FinishHostname();
        bench.SeeZone(bench.Zone(claimRecord: Alice, isReached: false));
        Assert.Empty(Claims.Of(bench.State, Alice)!.Alerts);
        bench.Pass(bench.Options.OutsideGrace);
        bench.SeeZone(bench.Zone(claimRecord: Alice, isReached: false));
        Assert.Equal("policy-host-unreached", Assert.Single(Claims.Of(bench.State, Alice)!.Alerts).Kind);
        bench.SeeZone(bench.Zone());
        Assert.Equal("cname-lost", Assert.Single(Claims.Of(bench.State, Alice)!.Alerts).Kind);
        Assert.Equal(Alice, bench.State.Holder);
    }

    [Fact]
    public void Records_ClaimRecord_OnlyWhereTheNameStandsWithoutTheCname()
    {
        bench.See(null); // No such name: the CNAME is what is missing.
        Assert.Equal(3, bench.Records(Alice).Count);
        bench.SeeZone(bench.Zone());
        var record = bench.Records(Alice)[3];
        Assert.Equal(("_mtasts-claim.example.com", "TXT", "mtasts-claim=tokenalice", RecordState.Missing), (record.Name, record.Type, record.Expected, record.State));
        Assert.Equal(3, bench.Records(Bob).Count); // Only watched.
        bench.See(Alice);
        Assert.Equal(3, bench.Records(Alice).Count);
    }

    private Observation Only(string record, string workspace, bool isReached = true, int ttl = 300) => record switch
    {
        "claim" => bench.Zone(claimRecord: workspace, isReached: isReached, ttl: ttl),
        "policy" => bench.Zone(policyAlias: workspace, isReached: isReached, ttl: ttl),
        "reporting" => bench.Zone(reportingAlias: workspace, isReached: isReached, ttl: ttl),
        _ => bench.Zone(rua: workspace, isReached: isReached, ttl: ttl),
    };
}
