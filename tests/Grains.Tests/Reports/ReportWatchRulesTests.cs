using System.Collections.Immutable;
using MtaSts.Application.Alerts;
using MtaSts.Grains.Alerts;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Sixty days of reports, day by day as the watch sees them: which day raises an alert, which ends it, and that days without a cause raise none.</summary>
public sealed class ReportWatchRulesTests
{
    private const int Days = 60;
    private const int CleanLives = 300;
    private const string Big = "Bigmail Inc. (bigmail.example)";
    private const string Small = "Postbus (postbus.example)";
    private const string Stranger = "Bigmail Inc. (stranger.example)";
    private const string Mx1 = "mx1.example.com";
    private const string Mx2 = "mx2.example.com";
    private static readonly DateOnly First = ReportLife.First;

    private readonly ReportLife life = new();

    [Fact]
    public void SixtyCleanDays_OfManyLives_RaiseNothing()
    {
        for (var seed = 0; seed < CleanLives; seed++)
        {
            var clean = new ReportLife();
            var random = new Random(seed);
            for (var day = 0; day < Days; day++)
                clean.Report(day, [.. CleanDay(day, random)]);
            Assert.True(clean.Raised.Count == 0, $"seed {seed}: {string.Join("; ", clean.Raised.Select(raised => $"day {raised.Day}: {raised.Condition.Words().Message}"))}");
        }
    }

    [Theory]
    [InlineData(ResultTypes.CertificateExpired)]
    [InlineData(ResultTypes.CertificateHostMismatch)]
    [InlineData(ResultTypes.CertificateNotTrusted)]
    [InlineData(ResultTypes.StarttlsNotSupported)]
    [InlineData(ResultTypes.ValidationFailure)]
    [InlineData(ResultTypes.TlsaInvalid)]
    [InlineData("something-new")]
    public void FivePercentOfOneSenderAtOneMx_OnOneDay_RaiseOneAlertWithItsName(string resultType)
    {
        Play(failing: day => day is 40 or 41 ? [new(Big, Mx2, resultType, Type(resultType), 50)] : []);
        var (day, condition) = Assert.Single(life.Raised);
        Assert.Equal((40, AlertKinds.SessionsFailing), (day, condition.Kind));
        Assert.Equal([Big], condition.Parameters[AlertParameters.Organizations]);
        Assert.Equal([Mx2], condition.Parameters[AlertParameters.ReportedMx]);
        Assert.Equal([resultType], condition.Parameters[AlertParameters.ResultTypes]);
        Assert.Equal(("50", "1000"), (condition.Parameters[AlertParameters.Failed][0], condition.Parameters[AlertParameters.Sessions][0]));
        Assert.Contains($"{Big}: 50 of 1000 sessions to {Mx2} failed on 2026-02-14 ({resultType}).", condition.Words().Message, StringComparison.Ordinal);
        Assert.Equal((43, AlertKinds.SessionsFailing), Assert.Single(life.Ended)); // The second day without it.
    }

    /// <summary>The sender applies its cached policy, or none: the mail arrives (RFC 8461 §5.1).</summary>
    [Theory]
    [InlineData(ResultTypes.StsPolicyFetchError)]
    [InlineData(ResultTypes.StsPolicyInvalid)]
    [InlineData(ResultTypes.StsWebpkiInvalid)]
    public void PolicyNotFetched_RaisesNothing(string resultType)
    {
        Play(failing: day => day >= 40 ? [new(Big, null, resultType, PolicyTypes.Sts, 900)] : []);
        Assert.Empty(life.Raised);
    }

    [Fact]
    public void FailuresWithoutAPolicy_RaiseNothing()
    {
        Play(failing: day => day >= 40 ? [new(Big, Mx1, ResultTypes.StarttlsNotSupported, PolicyTypes.NoPolicyFound, 900)] : []);
        Assert.Empty(life.Raised);
    }

    [Fact]
    public void AFewFailures_OfANewKind_RaiseFromOnePercent()
    {
        Play(failing: day => day >= 40 ? [new(Big, Mx1, ResultTypes.CertificateExpired, PolicyTypes.Sts, 9)] : []);
        Assert.Empty(life.Raised);
        var second = new ReportLife();
        Play(second, day => day >= 40 ? [new(Big, Mx1, ResultTypes.CertificateExpired, PolicyTypes.Sts, 12)] : []);
        Assert.Equal(40, Assert.Single(second.Raised).Day);
    }

    /// <summary>What has always been so is no news; three times as much is.</summary>
    [Theory]
    [InlineData(15, 15, null)]
    [InlineData(15, 40, null)]
    [InlineData(15, 49, 40)]
    [InlineData(15, 60, 40)]
    public void UsualFailures_RaiseOnlyWhenThereAreManyMore(int usual, int then, int? raisedOn)
    {
        // The first days are known when the watch begins: they are its history.
        for (var day = 0; day < Days; day++)
            life.Report(day, [(Big, 1_000, [new(Big, Mx1, ResultTypes.ValidationFailure, PolicyTypes.Sts, day < 40 ? usual : then)])], isJudged: day >= 30);
        Assert.Equal(raisedOn, life.Raised.Count == 0 ? null : Assert.Single(life.Raised).Day);
    }

    /// <summary>An alert stays while its cause does: the failures of its own days do not become usual.</summary>
    [Fact]
    public void LastingFailures_StayOneAlert()
    {
        Play(failing: day => day >= 10 ? [new(Big, Mx1, ResultTypes.CertificateExpired, PolicyTypes.Sts, 30)] : []);
        Assert.Equal(10, Assert.Single(life.Raised).Day);
        Assert.Empty(life.Ended);
        Assert.Equal("2026-01-15", life.Open.Single().Parameters[AlertParameters.Since][0]);
    }

    [Fact]
    public void ASecondOrganisation_Failing_JoinsTheAlert()
    {
        Play(failing: day => [.. day >= 40 ? [new ReportedFailure(Big, Mx1, ResultTypes.CertificateExpired, PolicyTypes.Sts, 300)] : Array.Empty<ReportedFailure>(), .. day >= 42 ? [new ReportedFailure(Small, Mx1, ResultTypes.CertificateExpired, PolicyTypes.Sts, 6)] : Array.Empty<ReportedFailure>()]);
        Assert.Single(life.Raised);
        Assert.Equal([Big, Small], life.Open.Single().Parameters[AlertParameters.Organizations]);
    }

    /// <summary>Reports that anyone could have written raise nothing.</summary>
    [Fact]
    public void UnsignedReports_RaiseNothing()
    {
        const string Forged = "claimed: Bigmail Inc. (not verified)";
        for (var day = 0; day < Days; day++)
            life.Report(day, [(Forged, 1_000, day > 30 ? [new(Forged, Mx1, ResultTypes.CertificateExpired, PolicyTypes.Sts, 900)] : [])]);
        Assert.Empty(life.Raised);
    }

    /// <summary>Some senders list the same sessions under both kinds of policy.</summary>
    [Fact]
    public void SameSessionsUnderTwoPolicies_CountOnce()
    {
        Play(failing: day => day == 40 ? [new(Big, Mx1, ResultTypes.CertificateExpired, PolicyTypes.Sts, 50), new(Big, Mx1, ResultTypes.CertificateExpired, PolicyTypes.Tlsa, 50)] : []);
        Assert.Equal("50", Assert.Single(life.Raised).Condition.Parameters[AlertParameters.Failed][0]);
    }

    [Fact]
    public void DailyReporter_Silent_RaisesAfter48HoursAndEndsWithItsNextReport()
    {
        Play(reports: (day, who) => who != Small || day < 30 || day > 37);
        var (day, condition) = Assert.Single(life.Raised);
        Assert.Equal(AlertKinds.ReportersSilent, condition.Kind);
        // Its last report is for day 29, which ended with the first hour of day 30.
        Assert.Equal((32, "2026-02-03"), (day, Assert.Single(condition.Parameters[AlertParameters.LastDays])));
        Assert.Contains($"{Small}, last for 2026-02-03", condition.Words().Message, StringComparison.Ordinal);
        Assert.Equal(38, Assert.Single(life.Ended).Day);
    }

    [Fact]
    public void EverybodySilent_IsSaidOnce()
    {
        Play(reports: (day, _) => day < 30);
        Assert.True(Assert.Single(life.Raised).Condition.Parameters.ContainsKey(AlertParameters.All));
    }

    [Fact]
    public void WeeklyReporter_RaisesNothing()
    {
        Play(reports: (day, who) => who != Small || day % 7 == 2);
        Assert.Empty(life.Raised);
    }

    [Fact]
    public void WorkingDaysReporter_OnTheMondayAfterAWeekend_RaisesNothing()
    {
        Play(reports: (day, _) => day % 7 < 5);
        Assert.Empty(life.Raised);
    }

    /// <summary>A member who uploads reports stops doing so: nothing is missing.</summary>
    [Fact]
    public void UploadedReports_NoMore_RaiseNothing()
    {
        for (var day = 0; day < Days; day++)
            life.Report(day, day < 30 ? [("Bigmail Inc.", 1_000, [])] : []);
        Assert.Empty(life.Raised);
    }

    [Fact]
    public void NoReportAtAll_RaisesAfterAWeekWithTheRecord()
    {
        for (var day = 0; day < 10; day++)
            life.Report(day, []);
        Assert.Equal((7, AlertKinds.NoReports), (Assert.Single(life.Raised).Day, life.Raised[0].Condition.Kind));
        life.Report(10, [(Big, 3, [])]);
        for (var day = 11; day < 14; day++)
            life.Report(day, []);
        Assert.Equal(10, Assert.Single(life.Ended).Day);
    }

    /// <summary>Without the reporting record nobody can report, and another alert says so.</summary>
    [Fact]
    public void RecordGone_MissingReportsAreNotSaid()
    {
        life.HasRecord = false;
        Play(reports: (day, _) => day < 30);
        Assert.Empty(life.Raised);
    }

    /// <summary>One alert names who still applies what, and until when, while the id in the DNS is stale.</summary>
    [Fact]
    public void StaleId_SendersOfAnEarlierVersion_AreNamedUntilTheirCachesExpire()
    {
        const string Old = "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 604800";
        const string New = "version: STSv1\nmode: enforce\nmx: mx2.example.com\nmax_age: 604800";
        var now = ReportLife.Moment(3);
        var state = new ReportWatchState
        {
            FirstSeen = ImmutableSortedDictionary<string, DateOnly>.Empty.Add(Big, First.AddDays(-5)).Add(Small, First.AddDays(-5)),
            Days = Enumerable.Range(-5, 5).ToImmutableSortedDictionary(day => First.AddDays(day), _ => ReportLife.Day([(Big, 10, []), (Small, 5, [])]))
                .Add(First, ReportLife.Day([(Big, 10, []), (Small, 5, []), (Stranger, 5, [])], (Big, Old), (Small, Old), (Stranger, Old)))
                .Add(First.AddDays(1), ReportLife.Day([(Big, 10, [])], (Big, New))),
        };
        var stale = new ReportWatchFacts(null, "enforce") { Replaced = [new ReplacedVersion(2, Old, 604_800, "enforce")] };
        var condition = Assert.Single(ReportConditions.Of(state, stale, now, true));
        Assert.Equal((AlertKinds.PolicyRecordMismatch, Small, "2", "2026-01-13"), (condition.Kind, condition.Parameters[AlertParameters.Organizations].Single(), condition.Parameters[AlertParameters.Version].Single(), condition.Parameters[AlertParameters.CachedUntil].Single()));
        Assert.Empty(ReportConditions.Of(state, stale, now.AddDays(8), true));
        Assert.Empty(ReportConditions.Of(state, stale with { Replaced = [] }, now, true));

        // The check of the record sees the same cause: one alert, in which both stand.
        var record = AlertCondition.Of(AlertKinds.PolicyRecordMismatch).With(AlertParameters.Published, "1").With(AlertParameters.Expected, "2");
        var log = AlertLog.Set(new AlertsState(), AlertSource.Dns, 1, [record], now);
        log = AlertLog.Set(log, AlertSource.Reports, 2, [condition], now);
        var words = Assert.Single(AlertLog.List(log, "example.com")).Words();
        Assert.Contains("shows id 1, the policy served has 2", words.Message, StringComparison.Ordinal);
        Assert.Contains($"{Small} still applied version 2; the last cached copy expires on 2026-01-13", words.Message, StringComparison.Ordinal);
        Assert.Equal(AlertSeverity.Critical, words.Severity);
    }

    /// <summary>An expired certificate that the probe and the reports see is one alert, which ends when both agree.</summary>
    [Theory]
    [InlineData(ResultTypes.CertificateExpired, AlertKinds.MxCertificateExpired)]
    [InlineData(ResultTypes.CertificateHostMismatch, AlertKinds.MxCertificateOtherName)]
    [InlineData(ResultTypes.CertificateNotTrusted, AlertKinds.MxCertificateNotTrusted)]
    [InlineData(ResultTypes.StarttlsNotSupported, AlertKinds.MxNoStarttls)]
    [InlineData(ResultTypes.TlsaInvalid, AlertKinds.MxTlsaNotMatched)]
    public void FailuresThatTheProbeExplains_JoinItsAlertUntilBothAgree(string resultType, string kind)
    {
        var now = ReportLife.Moment(40);
        var row = new FailingRow { Organization = Big, Mx = "MX2.example.com.", ResultType = resultType, Since = First, LastDay = First, Failed = 50, Sessions = 1_000 };
        var facts = new ReportWatchFacts(null, "enforce") { Causes = [new MxCause(kind, Mx2)] };
        var joined = MxCauses.Join([row, row with { Mx = Mx1 }], facts.Causes);
        Assert.Equal([kind, null], joined.Select(failing => failing.Kind));
        Assert.Equal([kind, null], MxCauses.Join(joined, []).Select(failing => failing.Kind)); // The probe no longer sees it: the reports still do.

        AlertCondition[] conditions = [.. ReportConditions.Of(new ReportWatchState { Failing = joined }, facts, now, true)];
        Assert.Equal([kind, AlertKinds.SessionsFailing], conditions.Select(condition => condition.Kind));
        var probed = AlertCondition.Of(kind).With(AlertParameters.Mx, Mx2).With(AlertParameters.Since, "2026-02-14T10:00Z");
        var log = AlertLog.Set(new AlertsState(), AlertSource.MxProbe, 1, [probed], now);
        log = AlertLog.Set(log, AlertSource.Reports, 2, [conditions[0]], now);
        Assert.Contains($"Reports show it too. {Big}: 50 of 1000 sessions", Words(log), StringComparison.Ordinal);
        log = AlertLog.Set(log, AlertSource.MxProbe, 3, [], now);
        Assert.Contains("Reports still show it.", Words(log), StringComparison.Ordinal);
        log = AlertLog.Set(log, AlertSource.Reports, 4, [], now);
        Assert.NotNull(Assert.Single(AlertLog.List(log, "example.com")).ResolvedAt);

        static string Words(AlertsState log) => Assert.Single(AlertLog.List(log, "example.com"), alert => alert.ResolvedAt is null).Words().Message;
    }

    private static string Type(string resultType) => resultType == ResultTypes.TlsaInvalid ? PolicyTypes.Tlsa : PolicyTypes.Sts;

    private void Play(Func<int, IEnumerable<ReportedFailure>>? failing = null, Func<int, string, bool>? reports = null) => Play(life, failing, reports);

    private static void Play(ReportLife life, Func<int, IEnumerable<ReportedFailure>>? failing = null, Func<int, string, bool>? reports = null)
    {
        for (var day = 0; day < Days; day++)
        {
            ReportedFailure[] all = [.. failing?.Invoke(day) ?? []];
            life.Report(day, [.. new[] { (Who: Big, Sessions: 1_000L), (Who: Small, Sessions: 40L) }.Where(row => reports?.Invoke(day, row.Who) ?? true).Select(row => (row.Who, row.Sessions, all.Where(failure => failure.Organization == row.Who).ToArray()))]);
        }
    }

    /// <summary>Much mail, little mail, weekends, a sender of working days, a weekly one, and now and then a session that breaks.</summary>
    private static IEnumerable<(string Organization, long Sessions, ReportedFailure[] Failures)> CleanDay(int day, Random random)
    {
        var isWeekend = day % 7 > 4;
        foreach (var (name, sessions) in new[] { (Big, 2_000), ("Officepost (officepost.example)", 900), ("Mailcove (mailcove.example)", 120), (Small, 25) })
        {
            var all = (long)(sessions * (isWeekend ? 0.25 : 1) * (0.7 + (0.6 * random.NextDouble())));
            var broken = random.Next(9) == 0 ? Math.Min(2, all) : 0;
            if (all > 0)
                yield return (name, all, broken > 0 ? [new ReportedFailure(name, random.Next(2) == 0 ? Mx1 : Mx2, ResultTypes.ValidationFailure, PolicyTypes.Sts, broken)] : []);
        }
        if (!isWeekend)
            yield return ("Office (office.example)", 1 + random.Next(12), []);
        if (day % 7 == 3)
            yield return ("Letter (letter.example)", 1 + random.Next(5), []);
    }
}
