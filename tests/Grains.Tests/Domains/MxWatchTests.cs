using MtaSts.Application.Alerts;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>What probes of the MX hosts raise, and what resolves it.</summary>
public sealed class MxWatchTests
{
    private const string Alice = LifecycleBench.Alice;
    private const string First = "mx1.example.com";
    private const string Second = "mx2.example.com";
    private const string Ip4 = "192.0.2.1";
    private const string Ip6 = "2001:db8::1";
    private readonly LifecycleBench bench = new();

    public MxWatchTests()
    {
        bench.Options.ProbeMx = true;
        bench.Claim(Alice);
    }

    private IReadOnlyList<AlertCondition> Open => [.. Claims.Of(bench.State, Alice)!.Alerts.Where(static alert => alert.Kind.StartsWith("mx-", StringComparison.Ordinal))];

    private static MxAddress Good => Encrypted();

    /// <summary>Kind, what is seen and expected, words.</summary>
    public static TheoryData<string, MxAddress, string, string, string> Faults => new()
    {
        { AlertKinds.MxNoStarttls, new MxAddress(Ip4, MxOutcome.NoStarttls), "NoStarttls", "STARTTLS", "No STARTTLS is offered" },
        { AlertKinds.MxNoStarttls, new MxAddress(Ip4, MxOutcome.StarttlsRefused, "454 not now"), "454 not now", "STARTTLS", "No STARTTLS is offered" },
        { AlertKinds.MxTlsFailed, new MxAddress(Ip4, MxOutcome.TlsTooOld, "unsupported protocol"), "unsupported protocol", "TLS 1.2", "unsupported protocol" },
        { AlertKinds.MxTlsFailed, new MxAddress(Ip4, MxOutcome.TlsFailed, "no shared cipher"), "no shared cipher", "TLS 1.2", "no shared cipher" },
        { AlertKinds.MxCertificateExpired, Encrypted(-30, -1), "2025-12-02/2025-12-31", "valid", "from 2025-12-02 to 2025-12-31" },
        { AlertKinds.MxCertificateExpired, Encrypted(1, 30), "2026-01-02/2026-01-31", "valid", "from 2026-01-02" },
        { AlertKinds.MxCertificateOtherName, Encrypted(namesHost: false), "other.example.net", First, "is for other.example.net" },
        { AlertKinds.MxCertificateNotTrusted, Encrypted(chainFault: "UntrustedRoot"), "CN=Test CA (UntrustedRoot)", "trusted", "CN=Test CA (UntrustedRoot)" },
        { AlertKinds.MxUnreachable, new MxAddress(Ip4, MxOutcome.NoAnswer), "NoAnswer", "25/tcp", "no answer" },
        { AlertKinds.MxUnreachable, new MxAddress(Ip4, MxOutcome.Refused), "Refused", "25/tcp", "refused" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void Fault_SeenTwice_IsToldWithItsFactsAndResolvedByTheFirstGoodProbe(string kind, MxAddress faulty, string seen, string expected, string words)
    {
        Serve(PolicyMode.Testing);
        Probe(Host(faulty));
        Assert.Empty(Open);
        Assert.Equal(bench.Now + bench.Options.CheckWhileFailing, bench.State.MxWatch!.NextAt); // It is looked at again soon.
        var since = bench.Now;
        bench.Pass(bench.Options.OutsideGrace);
        Probe(Host(faulty));

        var alert = Assert.Single(Open);
        Assert.Equal(kind, alert.Kind);
        Assert.Equal([First], alert.Parameters[AlertParameters.Mx]);
        Assert.Equal([Ip4], alert.Parameters[AlertParameters.Address]);
        Assert.Equal([seen], alert.Parameters[AlertParameters.Seen]);
        Assert.Equal([expected], alert.Parameters[AlertParameters.Expected]);
        Assert.Equal([$"{since:yyyy-MM-dd'T'HH:mm'Z'}"], alert.Parameters[AlertParameters.Since]);
        Assert.Equal(AlertSeverity.Warning, alert.Words().Severity);
        Assert.Contains(words, alert.Words().Message, StringComparison.Ordinal);
        Assert.Contains(First, alert.Words().Message, StringComparison.Ordinal);
        var revision = Revision;
        Probe(Host(faulty)); // The same again changes nothing.
        Assert.Equal(revision, Revision);

        Probe(Host(Good));
        Assert.Empty(Open);
        Assert.True(Revision > revision);
    }

    /// <summary>The service was off for a time that it does not count: dates that are shown are those of the calendar.</summary>
    [Fact]
    public void Since_IsADateOfTheCalendar()
    {
        var off = TimeSpan.FromDays(3);
        Serve(PolicyMode.Testing);
        Confirm(Host(new MxAddress(Ip4, MxOutcome.NoStarttls)));
        var shown = Assert.Single(MxAlerts.For(bench.State, Claims.Of(bench.State, Alice)!, bench.Options, bench.Now, moment => moment + off));
        Assert.Equal([$"{bench.State.MxWatch!.Findings[0].Since + off:yyyy-MM-dd'T'HH:mm'Z'}"], shown.Parameters[AlertParameters.Since]);
        var lifecycle = new DomainLifecycle(LifecycleBench.Naming, bench.Options, toCalendar: moment => moment + off);
        var state = lifecycle.MxProbed(bench.State, bench.State.MxWatch.Last, bench.Now, bench.Now + off);
        Assert.Equal(shown.Parameters[AlertParameters.Since], Claims.Of(state, Alice)!.Alerts.Single(static alert => alert.Kind == AlertKinds.MxNoStarttls).Parameters[AlertParameters.Since]);
        var claim = Claims.Of(state, Alice)! with { ReportsSince = bench.Now };
        Assert.Equal(bench.Now + off, ReportFacts.Of(state, claim, moment => moment + off).ReportingSince);
    }

    [Theory, MemberData(nameof(Faults))]
    public void Fault_UnderEnforce_IsCritical(string kind, MxAddress faulty, string seen, string expected, string words)
    {
        _ = (expected, words);
        Serve(PolicyMode.Enforce);
        Confirm(Host(faulty));
        var text = Assert.Single(Open).Words();
        Assert.Equal(AlertSeverity.Critical, text.Severity);
        Assert.Contains(kind == AlertKinds.MxUnreachable ? "queues" : "do not deliver there", text.Message, StringComparison.Ordinal);
        Assert.NotEmpty(seen);
    }

    /// <summary>A domain that is only monitored: by the mode of the policy elsewhere, and also without any policy.</summary>
    [Theory]
    [InlineData(PolicyMode.Enforce, AlertSeverity.Critical, "do not deliver there")]
    [InlineData(PolicyMode.Testing, AlertSeverity.Warning, "once the policy is enforced")]
    [InlineData(null, AlertSeverity.Warning, "still deliver")]
    public void Fault_OfAMonitoredDomain_IsToldByTheModeElsewhere(PolicyMode? mode, AlertSeverity severity, string words)
    {
        bench.SeeZone(bench.Observe(null, mode is null ? null : "v=STSv1; id=1;") with
        {
            Elsewhere = mode is { } served ? new PolicyFetch(bench.Now, null, "hash", [Ip4], null) { Content = new PolicyContent(served, [First], 86_400) } : null,
        });
        Confirm(Host(Encrypted(-30, -1)));
        var text = Assert.Single(Open).Words();
        Assert.Equal(severity, text.Severity);
        Assert.Contains(words, text.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MxOutcome.NotTried)]
    [InlineData(MxOutcome.NoRoute)]
    [InlineData(MxOutcome.Silent)]
    [InlineData(MxOutcome.Closed)]
    [InlineData(MxOutcome.Rejected)]
    public void Connection_ThatSaysNothing_NeitherRaisesNorResolves(MxOutcome outcome)
    {
        Serve(PolicyMode.Enforce);
        Confirm(Host(new MxAddress(Ip4, outcome, "450 try again later")));
        Assert.Empty(Open);
        Confirm(Host(Encrypted(-30, -1)));
        Confirm(Host(new MxAddress(Ip4, outcome, "450 try again later")));
        Assert.Equal(AlertKinds.MxCertificateExpired, Assert.Single(Open).Kind);
    }

    [Fact]
    public void Dns_WithoutAnswer_NeitherRaisesNorResolves()
    {
        Serve(PolicyMode.Enforce);
        Confirm(Host(Encrypted(-30, -1)));
        Note(new MxProbe(LifecycleBench.Domain, bench.Now, DnsStatus.Failed, [], Port25: Port25State.Open, Problem: "no answer in time"));
        Assert.Equal(First, Assert.Single(bench.State.MxWatch!.Last!.Hosts).Name); // The page still shows what is known.
        Probe(Host() with { Fault = new FetchFault(FetchFaultKind.DnsFailed) });
        Assert.Equal(AlertKinds.MxCertificateExpired, Assert.Single(Open).Kind);
        Note(new MxProbe(LifecycleBench.Domain, bench.Now, DnsStatus.NoData, [], Port25: Port25State.Open));
        Assert.Empty(Open);
    }

    /// <summary>While nothing has answered here, an address that does not answer or refuses may be unreachable from here alone.</summary>
    [Theory]
    [InlineData(Port25State.Unknown, MxOutcome.NoAnswer)]
    [InlineData(Port25State.Blocked, MxOutcome.NoAnswer)]
    [InlineData(Port25State.Unknown, MxOutcome.Refused)]
    [InlineData(Port25State.Blocked, MxOutcome.Refused)]
    public void Port25_NotOpen_AddressesWithoutAnswerSayNothing(Port25State state, MxOutcome outcome)
    {
        Serve(PolicyMode.Enforce);
        Confirm(state, Host(new MxAddress(Ip4, outcome)));
        Assert.Empty(Open);
    }

    [Fact]
    public void Port25_ClosedOverIpv6Alone_OnlyIpv4IsJudged()
    {
        Serve(PolicyMode.Enforce);
        for (var i = 0; i < 2; i++, bench.Pass(bench.Options.OutsideGrace))
            Note(new MxProbe(LifecycleBench.Domain, bench.Now, DnsStatus.Found, [Host(Good, new MxAddress(Ip6, MxOutcome.NoAnswer))], Port25: Port25State.Open, Port25OverIpv6: Port25State.Blocked));
        Assert.Empty(Open);
    }

    /// <summary>Senders try the other addresses: no mail is lost.</summary>
    [Fact]
    public void Unreachable_OverOneFamily_IsAWarningThatNamesIt()
    {
        Serve(PolicyMode.Enforce);
        Confirm(Host(Good, new MxAddress(Ip6, MxOutcome.NoAnswer)));
        var text = Assert.Single(Open).Words();
        Assert.Equal(AlertSeverity.Warning, text.Severity);
        Assert.Contains("over IPv6", text.Message, StringComparison.Ordinal);
        Probe(Host(Good, Encrypted() with { Address = Ip6 }));
        Assert.Empty(Open);
    }

    [Fact]
    public void Unreachable_OneAddressOfSeveralOfAFamily_SaysNothing()
    {
        Serve(PolicyMode.Enforce);
        Confirm(Host(Good, new MxAddress("192.0.2.2", MxOutcome.NoAnswer)));
        Assert.Empty(Open);
    }

    [Fact]
    public void Host_WithoutAddress_IsUnreachable()
    {
        Serve(PolicyMode.Testing);
        Confirm(Host(Good), Host() with { Name = Second, Fault = new FetchFault(FetchFaultKind.NoAddress) });
        var alert = Assert.Single(Open);
        Assert.Equal([Second], alert.Parameters[AlertParameters.Mx]);
        Assert.Contains("has no address", alert.Words().Message, StringComparison.Ordinal);
        Probe(Host(Good));
        Assert.Empty(Open);
    }

    /// <summary>A connection shared with another domain is one observation, however often it is looked at.</summary>
    [Fact]
    public void Fault_OfOneSharedConnection_IsNotConfirmedByItself()
    {
        Serve(PolicyMode.Enforce);
        var host = Host(Encrypted(-30, -1));
        Probe(host);
        bench.Pass(bench.Options.OutsideGrace);
        Probe(host);
        Assert.Empty(Open);
    }

    [Fact]
    public void Fault_AtSeveralHosts_IsOneAlertThatNamesAll()
    {
        Serve(PolicyMode.Enforce);
        Confirm(Host(Encrypted(-30, -1)), Host(Encrypted(-30, -2) with { Address = "192.0.2.2" }) with { Name = Second });
        var alert = Assert.Single(Open);
        Assert.Equal([First, Second], alert.Parameters[AlertParameters.Mx]);
        Assert.Equal([Ip4, "192.0.2.2"], alert.Parameters[AlertParameters.Address]);
        Probe(Host(Good), Host(Encrypted(-30, -2) with { Address = "192.0.2.2" }) with { Name = Second });
        Assert.Equal([Second], Assert.Single(Open).Parameters[AlertParameters.Mx]);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(64)]
    [InlineData(45)]
    [InlineData(6)]
    public void Certificate_NotRenewed_IsToldByTheShareOfItsLifetime(int days)
    {
        Serve(PolicyMode.Enforce);
        var (from, until) = (bench.Now, bench.Now.AddDays(days));
        MxAddress Shown(DateTimeOffset end) => Good with { Certificate = Good.Certificate! with { NotBefore = end.AddDays(-days), NotAfter = end } };
        bench.Pass((until - from) * 0.6);
        Confirm(Host(Shown(until)));
        Assert.Empty(Open);
        bench.Pass((until - from) * 0.1);
        Confirm(Host(Shown(until)));
        var alert = Assert.Single(Open);
        Assert.Equal(AlertKinds.MxCertificateEnds, alert.Kind);
        Assert.Equal(days == 6 ? AlertSeverity.Critical : AlertSeverity.Warning, alert.Words().Severity); // 1.8 days are less than 48 hours.
        Assert.Contains($"{until:yyyy-MM-dd}", alert.Words().Message, StringComparison.Ordinal);
        bench.Pass((until - from) * 0.2);
        Confirm(Host(Shown(until)));
        Assert.Equal(AlertSeverity.Critical, Assert.Single(Open).Words().Severity);
        bench.Pass(TimeSpan.FromDays(days));
        Confirm(Host(Shown(until)));
        Assert.Equal(AlertKinds.MxCertificateExpired, Assert.Single(Open).Kind);
        Probe(Host(Shown(bench.Now.AddDays(days))));
        Assert.Empty(Open);
    }

    [Theory]
    [InlineData(DaneMatch.NotMatched)]
    [InlineData(DaneMatch.OtherName)]
    [InlineData(DaneMatch.Expired)]
    public void Tlsa_NotMatched_IsCriticalAlsoInTesting(DaneMatch match)
    {
        const string Record = "3 1 1 AAAA";
        Serve(PolicyMode.Testing);
        var host = Host(Good with { Dane = match }) with { Tlsa = TlsaState.Present, TlsaRecords = [Record], TlsaBase = First };
        Confirm(host);
        var alert = Assert.Single(Open);
        Assert.Equal(AlertKinds.MxTlsaNotMatched, alert.Kind);
        Assert.Equal([Record], alert.Parameters[AlertParameters.Expected]);
        Assert.Equal(["3 1 1 bbbb"], alert.Parameters[AlertParameters.Seen]);
        Assert.Equal(AlertSeverity.Critical, alert.Words().Severity);
        Probe(host with { At = bench.Now, Tlsa = TlsaState.Failed, TlsaRecords = [] }); // SERVFAIL does not say that there are none.
        Assert.Equal(AlertKinds.MxTlsaNotMatched, Assert.Single(Open).Kind);
        Probe(Host(Good with { Dane = DaneMatch.Matched }) with { Tlsa = TlsaState.Present, TlsaRecords = [Record] });
        Assert.Empty(Open);
    }

    [Fact]
    public void Tlsa_NotValidated_RaisesNothing()
    {
        Serve(PolicyMode.Enforce);
        Confirm(Host(Good with { Dane = DaneMatch.NotMatched }) with { Tlsa = TlsaState.NotValidated, TlsaRecords = ["3 1 1 AAAA"] });
        Assert.Empty(Open);
    }

    /// <summary>RFC 7672 §3.1.1: the authority and the names do not matter to DANE, and nobody else looks at the certificate.</summary>
    [Fact]
    public void Certificate_OwnButMatchedByTlsaAndNoPolicy_RaisesNothing()
    {
        bench.See(null);
        Confirm(Host(Encrypted(chainFault: "UntrustedRoot") with { Dane = DaneMatch.Matched }) with { Tlsa = TlsaState.Present, TlsaRecords = ["3 1 1 bbbb"] });
        Assert.Empty(Open);
    }

    /// <summary>After hosting was switched off, senders apply what they have cached.</summary>
    [Fact]
    public void Retiring_EnforcedPolicyMayBeCached_StaysCriticalUntilTheIdIsPublished()
    {
        Serve(PolicyMode.Enforce);
        Confirm(Host(Encrypted(-30, -1)));
        bench.Disable(Alice);
        bench.See(Alice, "v=STSv1; id=old;");
        var text = Assert.Single(Open).Words();
        Assert.Equal(AlertSeverity.Critical, text.Severity);
        Assert.Contains("cached", text.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Claim_OfAnotherWorkspace_GetsNothingWhileTheDomainIsServed()
    {
        bench.Claim(LifecycleBench.Bob);
        Serve(PolicyMode.Enforce);
        Confirm(Host(Encrypted(-30, -1)));
        Assert.Single(Open);
        Assert.Empty(Claims.Of(bench.State, LifecycleBench.Bob)!.Alerts);
    }

    [Fact]
    public void Schedule_IsThatOfTheOtherChecks()
    {
        Assert.Equal(bench.Now, bench.Lifecycle.NextDueAt(bench.State, bench.Now, default)); // A new claim is probed at once.
        bench.See(null);
        Probe(Host(Good));
        Assert.Equal(bench.Now + bench.Options.CheckMonitored, bench.State.MxWatch!.NextAt);
        Serve(PolicyMode.Testing);
        Probe(Host(Good));
        Assert.Equal(bench.Now + bench.Options.CheckHosted, bench.State.MxWatch!.NextAt);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.See(Alice, null, 300, First, "mx9.example.com");
        Assert.Equal(bench.Now, bench.State.MxWatch!.NextAt); // There is a new host.
    }

    private long Revision => Claims.Of(bench.State, Alice)!.Conditions.FirstOrDefault(static source => source.Source == AlertSource.MxProbe)?.Revision ?? 0;

    private void Serve(PolicyMode mode)
    {
        bench.GoLive(Alice, mode);
        bench.See(Alice);
    }

    private void Probe(params MxHost[] hosts) => Note(new MxProbe(LifecycleBench.Domain, bench.Now, DnsStatus.Found, hosts, Port25: Port25State.Open, Port25OverIpv6: Port25State.Open));

    private void Note(MxProbe probe) => bench.Set(bench.Lifecycle.MxProbed(bench.State, probe, bench.Now, bench.Now));

    private void Confirm(params MxHost[] hosts) => Confirm(Port25State.Open, hosts);

    private void Confirm(Port25State port25, params MxHost[] hosts)
    {
        for (var i = 0; i < 2; i++)
        {
            Note(new MxProbe(LifecycleBench.Domain, bench.Now, DnsStatus.Found, [.. hosts.Select(host => host with { At = bench.Now })], Port25: port25, Port25OverIpv6: port25));
            if (i == 0)
                bench.Pass(bench.Options.OutsideGrace);
        }
    }

    private MxHost Host(params MxAddress[] addresses) => new(First, 10, null, TlsaState.Insecure, [], addresses, bench.Now);

    private static MxAddress Encrypted(int from = -10, int until = 80, bool namesHost = true, string? chainFault = null)
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return new MxAddress(Ip4, MxOutcome.Encrypted, TlsVersion: "1.3", Certificate: new MxCertificate("aaaa", "CN=Test CA", start.AddDays(from), start.AddDays(until), [namesHost ? First : "other.example.net"], 0, namesHost, chainFault, "bbbb"));
    }
}
