using MtaSts.Application.Alerts;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Alerts of a domain that is only monitored: another service serves its policy, or it has none.</summary>
public sealed class WatchTests
{
    private const string Alice = LifecycleBench.Alice;
    private const string Record = "v=STSv1; id=1;";
    private static readonly LookupView NotAnswered = new(DnsStatus.Failed, [], 0, "no answer in time");
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(300);
    private readonly LifecycleBench bench = new();

    public WatchTests() => bench.Claim(Alice);

    [Fact]
    public void PolicyElsewhere_AllIsRight_RaisesNothing()
    {
        for (var i = 0; i < 5; i++)
            See(Record);
        Assert.Empty(Open);
        Assert.Equal(bench.Now + bench.Options.CheckMonitored, bench.State.NextCheckAt);
    }

    [Fact]
    public void NoPolicyAtAll_RaisesNothing()
    {
        for (var i = 0; i < 5; i++)
            See(null, fetch: null);
        Assert.Empty(Open);
    }

    [Theory]
    [InlineData("begins with exactly", "V=STSv1; id=1;")]
    [InlineData("id is missing", "v=STSv1;")]
    [InlineData("more than one", "v=STSv1; id=1;", "v=STSv1; id=2;")]
    [InlineData("occurs more than once", "v=STSv1; id=1; id=2;")]
    public void Record_NotValid_IsToldAfterASecondLookAndResolvedAtOnce(string words, params string[] texts)
    {
        See(Record);
        SeeRecords(texts);
        Assert.Empty(Open);
        Assert.Equal(bench.Now + bench.Options.CheckWhileFailing, bench.State.NextCheckAt); // The next check is soon.
        bench.Pass(bench.Options.OutsideGrace);
        SeeRecords(texts);
        var alert = Assert.Single(Open);
        Assert.Equal((AlertKinds.OwnRecordInvalid, AlertSeverity.Warning), (alert.Kind, alert.Words().Severity));
        Assert.Contains(words, alert.Words().Message.Replace("must begin", "begins", StringComparison.Ordinal), StringComparison.Ordinal);

        See(Record);
        Assert.Empty(Open);
    }

    /// <summary>An owner who replaces a record removes one and adds another. A check may see the state in between for some minutes.</summary>
    [Fact]
    public void Record_WrongInEverySecondLook_RaisesNothing()
    {
        for (var i = 0; i < 10; i++)
        {
            SeeRecords([Record, "v=STSv1; id=2;"]);
            bench.Pass(bench.Options.CheckWhileFailing);
            See(Record);
            bench.Pass(bench.Options.CheckWhileFailing);
        }
        Assert.Empty(Open);
    }

    [Theory]
    [InlineData(PolicyMode.Testing, AlertSeverity.Warning)]
    [InlineData(PolicyMode.Enforce, AlertSeverity.Critical)]
    public void Policy_CannotBeFetched_IsToldBySeverityOfItsLastMode(PolicyMode mode, AlertSeverity severity)
    {
        See(Record, Fetched(mode));
        See(Record, Failed());
        Assert.Empty(Open);
        bench.Pass(bench.Options.OutsideGrace);
        See(Record, Failed());
        var alert = Assert.Single(Open);
        Assert.Equal((AlertKinds.OwnPolicyUnreachable, severity), (alert.Kind, alert.Words().Severity));
        Assert.Contains("No answer in time.", alert.Words().Message, StringComparison.Ordinal);

        See(Record, Fetched(mode));
        Assert.Empty(Open);
    }

    [Theory]
    [InlineData(PolicyMode.None, null)]
    [InlineData(PolicyMode.Testing, AlertSeverity.Warning)]
    [InlineData(PolicyMode.Enforce, AlertSeverity.Critical)]
    public void Mx_NotCovered_IsToldByTheMode(PolicyMode mode, AlertSeverity? severity)
    {
        See(Record, Fetched(mode), "mx1.example.com", "mx9.example.net");
        bench.Pass(bench.Options.OutsideGrace);
        See(Record, Fetched(mode), "mx1.example.com", "mx9.example.net");
        Assert.Equal(severity, Open.SingleOrDefault()?.Words().Severity);
        if (severity is not null)
            Assert.Contains("mx9.example.net", Open.Single().Words().Message, StringComparison.Ordinal);
        See(Record, Fetched(mode));
        Assert.Empty(Open);
    }

    [Fact]
    public void Policy_ChangedUnderTheSameId_IsToldUntilTheIdChanges()
    {
        See(Record);
        See(Record, Fetched(PolicyMode.Enforce));
        Assert.Empty(Open);
        bench.Pass(Ttl + bench.Options.OutsideGrace);
        See(Record, Fetched(PolicyMode.Enforce));
        var alert = Assert.Single(Open);
        Assert.Equal(AlertKinds.OwnIdUnchanged, alert.Kind);
        Assert.Contains("still has id 1", alert.Words().Message, StringComparison.Ordinal);
        See(Record, Fetched(PolicyMode.Enforce)); // The alert stays, because senders still have the previous content.
        See(Record, Failed());
        Assert.Equal(AlertKinds.OwnIdUnchanged, Assert.Single(Open).Kind);
        See("v=STSv1; id=2;", Fetched(PolicyMode.Enforce));
        Assert.Empty(Open);
    }

    [Fact]
    public void Policy_SameMxInAnotherOrder_HasNotChanged()
    {
        See(Record, Fetched(mx: ["mx1.example.com", "mx2.example.com"]));
        See(Record, Fetched(mx: ["mx2.example.com", "mx1.example.com"]));
        See("v=STSv1; id=2;", Fetched(mx: ["mx1.example.com"])); // Changed together with its id.
        Assert.Empty(Open);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(64)]
    [InlineData(45)]
    [InlineData(6)]
    public void Certificate_NotRenewed_IsToldByTheShareOfItsLifetime(int days)
    {
        var from = bench.Now;
        var until = from.AddDays(days);
        bench.Pass((until - from) * 0.6);
        See(Record, Fetched(certificate: (from, until)));
        Assert.Empty(Open);
        bench.Pass((until - from) * 0.1);
        See(Record, Fetched(PolicyMode.Enforce, (from, until)));
        var alert = Open.Single(alert => alert.Kind == AlertKinds.OwnCertificateEnds);
        Assert.Equal(days == 6 ? AlertSeverity.Critical : AlertSeverity.Warning, alert.Words().Severity); // The 1.8 days that are left of 6 days are less than 48 hours.
        Assert.Contains($"{until:yyyy-MM-dd}", alert.Words().Message, StringComparison.Ordinal);
        bench.Pass((until - from) * 0.2);
        See("v=STSv1; id=2;", Fetched(PolicyMode.Enforce, (from, until)));
        Assert.Equal(AlertSeverity.Critical, Open.Single(alert => alert.Kind == AlertKinds.OwnCertificateEnds).Words().Severity);
        See("v=STSv1; id=2;", Fetched(PolicyMode.Enforce, (bench.Now, bench.Now.AddDays(days))));
        Assert.Empty(Open);
    }

    [Fact]
    public void Reports_NoLongerSentHere_AreToldOnlyAfterTheyWere()
    {
        for (var i = 0; i < 3; i++, bench.Pass(TimeSpan.FromHours(6)))
            See(Record); // A record that was never published is a step of the set-up, not a problem.
        Assert.Empty(Open);
        bench.SeeZone(bench.Zone(rua: Alice) with { Cname = Nothing, Reach = null, Elsewhere = Fetched() });
        See(Record);
        Assert.Empty(Open);
        bench.Pass(bench.Options.OutsideGrace);
        See(Record);
        Assert.Equal(AlertKinds.ReportsLost, Assert.Single(Open).Kind);
        bench.SeeZone(bench.Zone(rua: Alice) with { Cname = Nothing, Reach = null, Elsewhere = Fetched() });
        Assert.Empty(Open);
    }

    [Fact]
    public void DnsIsSilent_NeitherRaisesNorResolves()
    {
        See(Record);
        for (var i = 0; i < 5; i++)
        {
            bench.SeeNothing();
            bench.Pass(TimeSpan.FromHours(1));
        }
        Assert.Empty(Open);
        string[] twice = [Record, "v=STSv1; id=2;"];
        SeeRecords(twice);
        bench.Pass(bench.Options.OutsideGrace);
        SeeRecords(twice);
        bench.SeeNothing();
        bench.SeeZone(Seen(Record, Fetched()) with { PolicyRecord = NotAnswered, Elsewhere = null });
        Assert.Equal(AlertKinds.OwnRecordInvalid, Assert.Single(Open).Kind);
    }

    [Fact]
    public void Hosting_Begins_AlertsOfThePolicyElsewhereGo()
    {
        See(Record, Fetched(PolicyMode.Enforce));
        See(Record, Failed());
        bench.Pass(bench.Options.OutsideGrace);
        See(Record, Failed());
        Assert.NotEmpty(Open);
        bench.Put(Alice, PolicyMode.Testing, 86_400);
        bench.Enable(Alice);
        bench.See(Alice, Record);
        bench.FinishHostname();
        Assert.DoesNotContain(Open, alert => alert.Kind.StartsWith("own-", StringComparison.Ordinal));
    }

    private static LookupView Nothing => new(DnsStatus.NoName, [], 0, null);

    private IReadOnlyList<AlertCondition> Open => [.. Claims.Of(bench.State, Alice)!.Alerts];

    private void See(string? record) => See(record, Fetched());

    private void See(string? record, PolicyFetch? fetch, params string[] mx) => bench.SeeZone(Seen(record, fetch, mx));

    private Observation Seen(string? record, PolicyFetch? fetch, params string[] mx) => bench.Observe(null, record, 300, mx) with { Elsewhere = fetch };

    private void SeeRecords(string[] texts) => bench.SeeZone(Seen(Record, Fetched()) with { PolicyRecord = new LookupView(DnsStatus.Found, texts, 300, null) });

    private PolicyFetch Fetched(PolicyMode mode = PolicyMode.Testing, (DateTimeOffset From, DateTimeOffset Until)? certificate = null, params string[] mx) =>
        new(bench.Now, null, "hash", ["192.0.2.1"], certificate?.Until) { Content = new PolicyContent(mode, mx.Length == 0 ? ["mx1.example.com"] : mx, 86_400), CertificateValidFrom = certificate?.From };

    private PolicyFetch Failed() => new(bench.Now, new FetchFault(FetchFaultKind.Timeout, "192.0.2.1"), null, ["192.0.2.1"], null);
}
