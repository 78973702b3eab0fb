using System.Collections.Immutable;
using MtaSts.Application.Domains;
using MtaSts.Application.Readiness;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Readiness;

/// <summary>Sixty days of a domain in testing: on which of them it is ready for enforce, and what each reason against it says.</summary>
public sealed class ReadinessRulesTests
{
    private const int Days = 60;
    private const string Big = "Bigmail Inc. (bigmail.example)";
    private const string Small = "Postbus (reports.postbus.example)";
    private const string Mx1 = "mx1.example.com";
    private const string Mx2 = "mx2.example.com";
    private static readonly DateTimeOffset Begin = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly ReadinessOptions Options = new();

    [Fact]
    public void SixtyDays_WithoutAReason_AreReadyFromTheFifteenthOn()
    {
        for (var day = 0; day < Days; day++)
        {
            var report = Judge(Facts(day));
            Assert.Equal(day >= Options.TestingDays, report.Verdict == ReadinessVerdict.Ready);
            Assert.Equal(day is >= 1 and < 14 ? Begin.AddDays(14) : (DateTimeOffset?)null, report.ReadyAt);
        }
    }

    /// <summary>Each reason holds from day 30 to day 34. Nothing else is missing, and the verdict follows it.</summary>
    [Theory]
    [MemberData(nameof(Reasons))]
    public void SixtyDays_WithOneReason_AreNotReadyWhileItHolds(int number)
    {
        var (code, says, reason) = Cases[number];
        for (var day = 15; day < Days; day++)
        {
            var facts = Facts(day);
            var report = Judge(day is >= 30 and < 35 ? reason(facts) : facts);
            if (day is < 30 or >= 35)
            {
                Assert.Equal(ReadinessVerdict.Ready, report.Verdict);
                continue;
            }
            Assert.Equal(ReadinessVerdict.NotReady, report.Verdict);
            var missing = Assert.Single(report.Missing);
            Assert.Equal(code, missing.Code);
            Assert.Contains(says, missing.Message, StringComparison.Ordinal);
            Assert.Contains(missing.Message, report.Advice!.Message, StringComparison.Ordinal);
        }
    }

    public static TheoryData<int> Reasons => [.. Enumerable.Range(0, Cases.Length)];

    private static readonly (string Code, string Says, Func<ReadinessFacts, ReadinessFacts> Reason)[] Cases =
    [
        (ReadinessCodes.TestingTime, "for 3 days of 14", facts => facts with { TestingSince = facts.Now.AddDays(-3) }),
        (ReadinessCodes.PolicyTested, Mx2, facts => facts with { Domain = Served(facts, [Mx1, Mx2]), Policy = facts.Policy with { Mx = [Mx1] }, Mx = Mx([Host(Mx1)], [Mx1]) }),
        (ReadinessCodes.PolicyTested, "not served by every gateway", facts => facts with { Domain = facts.Domain with { Policy = facts.Domain.Policy! with { Announced = false } } }),
        (ReadinessCodes.PolicyRecord, "another id", facts => facts with { Domain = facts.Domain with { PolicyRecordState = RecordState.Mismatch } }),
        (ReadinessCodes.PolicyRecord, "no policy record", facts => facts with { Domain = facts.Domain with { PolicyRecordState = RecordState.Missing } }),
        (ReadinessCodes.PolicyRecord, "cannot use", facts => facts with { Domain = facts.Domain with { PolicyRecordState = RecordState.Invalid } }),
        (ReadinessCodes.PolicyRecord, "not seen", facts => facts with { Domain = facts.Domain with { PolicyRecordState = RecordState.Error } }),
        (ReadinessCodes.PolicyHost, "cannot be fetched", facts => facts with { Domain = facts.Domain with { Hosting = facts.Domain.Hosting with { Outside = OutsideFetch.Failing } } }),
        (ReadinessCodes.PolicyHost, "not fetched from outside within a day", facts => facts with { Domain = facts.Domain with { Hosting = facts.Domain.Hosting with { OutsideAt = facts.Now.AddDays(-2) } } }),
        (ReadinessCodes.PolicyHost, "CNAME", facts => facts with { Alerts = [Alert(AlertKinds.CnameLost)] }),
        (ReadinessCodes.PolicyHost, "cannot be renewed", facts => facts with { Alerts = [Alert(AlertKinds.CaaRefused)] }),
        (ReadinessCodes.MxCovered, "No mx line admits mx9.example.com", facts => facts with { Domain = facts.Domain with { LastObservation = Seen(facts.Now, Mx1, "mx9.example.com") } }),
        (ReadinessCodes.MxCovered, "not seen", facts => facts with { Domain = facts.Domain with { LastObservation = Seen(facts.Now, Mx1) with { Mx = new LookupView(DnsStatus.Failed, [], 0, "no answer") } } }),
        (ReadinessCodes.MxProbed, Mx1, facts => facts with { Mx = Mx([Host(Mx1, trusted: false)], facts.Policy.Mx) }),
        (ReadinessCodes.MxProbed, Mx2, facts => facts with { Mx = Mx([Host(Mx1), Host(Mx2, MxOutcome.NoStarttls)], facts.Policy.Mx) }),
        (ReadinessCodes.MxProbed, "No session with mx2.example.com", facts => facts with { Mx = Mx([Host(Mx1), Host(Mx2, MxOutcome.NoAnswer)], facts.Policy.Mx) }),
        (ReadinessCodes.MxProbed, "not probed yet", facts => facts with { Mx = new MxReport(true, null, null, []) }),
        (ReadinessCodes.MxProbed, "not renewed", facts => facts with { Alerts = [Alert(AlertKinds.MxCertificateEnds)] }),
        (ReadinessCodes.Reporters, "No verified report", facts => facts with { Days = [] }),
        (ReadinessCodes.Reporters, "bigmail.example", facts => facts with { Days = [.. facts.Days.Select(day => Day(day.Day, Big))] }),
        (ReadinessCodes.Reporters, "bigmail.example", facts => facts with { Days = [.. facts.Days.Select(day => Day(day.Day, Big, "Bigmail West (west.bigmail.example)", "Bigmail East (east.bigmail.example)"))] }),
        (ReadinessCodes.Reporters, "bigmail.example", facts => facts with { Days = [.. facts.Days.Select(day => Day(day.Day, Big, "claimed: Google Inc. (not verified)", "claimed: Postbus (not verified)"))] }),
        (ReadinessCodes.Failures, Big, facts => facts with { Days = Failing(facts, Big, ResultTypes.CertificateExpired, PolicyTypes.Sts) }),
        (ReadinessCodes.Failures, Small, facts => facts with { Days = Failing(facts, Small, ResultTypes.TlsaInvalid, PolicyTypes.Tlsa) }),
        (ReadinessCodes.Failures, Small, facts => facts with { Days = Failing(facts, Small, "something-new", PolicyTypes.Sts) }),
        (ReadinessCodes.Alerts, "another workspace", facts => facts with { Alerts = [Alert(AlertKinds.ClaimChallenged)] }),
    ];

    /// <summary>What is not the domain's fault, costs no mail under enforce, or can be written by anybody prevents nothing.</summary>
    [Theory]
    [MemberData(nameof(NoReasons))]
    public void Judge_NoReason_IsReady(string what) => Assert.Equal(ReadinessVerdict.Ready, Judge(Harmless[what](Facts(40))).Verdict);

    public static TheoryData<string> NoReasons => [.. Harmless.Keys];

    private static readonly Dictionary<string, Func<ReadinessFacts, ReadinessFacts>> Harmless = new()
    {
        ["port 25 is blocked"] = facts => facts with { Mx = Mx([Host(Mx1, MxOutcome.NoAnswer)], facts.Policy.Mx, Port25State.Blocked) },
        ["MX hosts are not probed"] = facts => facts with { Mx = new MxReport(false, null, null, []) },
        ["no fetch from outside"] = facts => facts with { Domain = facts.Domain with { Hosting = facts.Domain.Hosting with { Outside = OutsideFetch.Off, OutsideAt = null } } },
        ["the policy could not be fetched by a sender"] = facts => facts with { Days = Failing(facts, Big, ResultTypes.StsPolicyFetchError, PolicyTypes.Sts) },
        ["a failure without a policy"] = facts => facts with { Days = Failing(facts, Big, ResultTypes.StarttlsNotSupported, PolicyTypes.NoPolicyFound) },
        ["a failure that anybody may have written"] = facts => facts with { Days = Failing(facts, "claimed: Bigmail Inc. (not verified)", ResultTypes.CertificateExpired, PolicyTypes.Sts) },
        ["an mx line more than tested"] = facts => facts with { Policy = facts.Policy with { Mx = [Mx1, Mx2, "mx3.example.com"] } },
        ["a warning"] = facts => facts with { Alerts = [Alert(AlertKinds.ReportersSilent)] },
    };

    [Fact]
    public void Failures_OfADayThatHasGone_EndWithTheDaysThatAreJudged()
    {
        var facts = Facts(40);
        var failing = facts with { Days = Failing(facts, Big, ResultTypes.CertificateExpired, PolicyTypes.Sts, only: 1) };
        var item = Assert.Single(Judge(failing).Missing);
        var failure = Assert.Single(item.Failures);
        Assert.Equal((Big, Mx1, ResultTypes.CertificateExpired, 7L), (failure.Organization, failure.MxHost, failure.ResultType, failure.Failed));
        Assert.Equal([Mx1], item.Hosts);
        Assert.Equal(failure.LastDay.AddDays(15), DateOnly.FromDateTime(item.Until!.Value.UtcDateTime));
        Assert.Equal(item.Until, Judge(failing).ReadyAt);
    }

    private static ReadinessReport Judge(ReadinessFacts facts)
    {
        var items = ReadinessRules.Judge(facts, Options);
        Assert.Equal(9, items.Select(item => item.Code).Distinct().Count());
        Assert.All(items, item => Assert.False(string.IsNullOrWhiteSpace(item.Message)));
        return new ReadinessReport("example.com", items.All(item => item.IsFine) ? ReadinessVerdict.Ready : ReadinessVerdict.NotReady, items);
    }

    private static ReadinessFacts Facts(int day)
    {
        var now = Begin.AddDays(day).AddHours(1);
        var content = new PolicyContent(PolicyMode.Testing, [Mx1, Mx2], 86_400);
        var nothing = new LookupView(DnsStatus.NoName, [], 0, null);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return new ReadinessFacts(
            new DomainView
            {
                Name = "example.com",
                UnicodeName = "example.com",
                Token = "token",
                ClaimedAt = Begin,
                IsHolder = true,
                Hosting = new HostingView { State = HostingState.Live, Provider = "Local", Outside = OutsideFetch.Returned, OutsideAt = now.AddHours(-1) },
                Policy = new PolicyVersionView { Number = 1, Id = "1", Content = content, CreatedAt = Begin, CreatedBy = "owner", ServedFrom = Begin, Announced = true },
                CnameTarget = "token.mta-sts.service.net",
                ReportAddress = "token@reports.service.net",
                PolicyRecordState = RecordState.Ok,
                LastObservation = Seen(now, Mx1, Mx2),
            },
            content with { Mode = PolicyMode.Enforce },
            Begin,
            Mx([Host(Mx1), Host(Mx2)], content.Mx),
            [],
            [.. Enumerable.Range(0, Options.TestingDays + 1).Select(back => today.AddDays(-back)).Where(of => of >= DateOnly.FromDateTime(Begin.UtcDateTime) && of < today).Order().Select(of => Day(of, Big, Small))],
            now);
    }

    private static DomainView Served(ReadinessFacts facts, IReadOnlyList<string> mx) => facts.Domain with
    {
        Policy = facts.Domain.Policy! with { Content = facts.Domain.Policy.Content with { Mx = mx } },
        LastObservation = Seen(facts.Now, Mx1),
    };

    private static Observation Seen(DateTimeOffset now, params string[] mx)
    {
        var nothing = new LookupView(DnsStatus.NoName, [], 0, null);
        return new Observation("example.com", now.AddMinutes(-10), nothing, nothing, nothing, new LookupView(DnsStatus.Found, mx, 300, null));
    }

    private static MxReport Mx(IReadOnlyList<MxHost> hosts, IReadOnlyList<string> patterns, Port25State port25 = Port25State.Open) =>
        MxReport.Of(new MxView(new MxProbe("example.com", Begin, DnsStatus.Found, hosts, Port25: port25), true, new PolicyContent(PolicyMode.Enforce, patterns, 86_400)), Begin);

    private static MxHost Host(string name, MxOutcome outcome = MxOutcome.Encrypted, bool trusted = true)
    {
        var certificate = new MxCertificate("aa", "CN=CA", Begin.AddDays(-1), Begin.AddDays(89), [name], 0, NamesHost: true, ChainFault: trusted ? null : "PartialChain");
        return new MxHost(name, 10, null, TlsaState.Insecure, [], [new MxAddress("192.0.2.1", outcome, Certificate: outcome == MxOutcome.Encrypted ? certificate : null)], Begin);
    }

    private static ScorecardDay Day(DateOnly day, params string[] organizations) => new()
    {
        Day = day,
        Sessions = new SessionTotals(1_000, 0),
        Reports = organizations.Length,
        ByPolicyType = [],
        Failures = [],
        ByOrganization = [.. organizations.Select(name => new OrganizationTotals(name, 1_000, 0, 1))],
    };

    /// <param name="only">How many of the last days fail.</param>
    private static IReadOnlyList<ScorecardDay> Failing(ReadinessFacts facts, string organization, string resultType, string policyType, int only = 3) =>
        [.. facts.Days.Select((day, i) => i < facts.Days.Count - only ? day : day with { Failures = [new ScorecardFailure(resultType, Mx1, organization, policyType, 7)] })];

    private static AlertView Alert(string kind) => new()
    {
        Id = "1",
        Domain = "example.com",
        Kind = kind,
        Parameters = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add(AlertParameters.Mx, [Mx1]),
        RaisedAt = Begin,
        UpdatedAt = Begin,
    };
}
