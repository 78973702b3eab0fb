using MtaSts.Application.Alerts;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Anyone who knows a report address can send reports that a domain of their own signs. They displace nobody, and nobody changes a policy because of them.</summary>
public sealed class StrangerReportTests
{
    private const string Big = "Bigmail Inc. (bigmail.example)";
    private const string Small = "Postbus (postbus.example)";
    private const string Stranger = "Bigmail Inc. (stranger.example)";
    private const string Mx = "mx1.example.com";
    private const string Lines = "version: STSv1";
    private const int Strangers = 120;
    private readonly ReportLife life = new();

    /// <summary>Subdomains of one zone, names of one signer, both at once: with more sessions, failures and policies than anybody else.</summary>
    [Theory]
    [InlineData("Sender {0} (s{0}.stranger.example)")]
    [InlineData("Sender {0} (stranger.example)")]
    [InlineData("Bigmail Inc. (bigmail.example) {0} (s{0}.a.b.stranger.example)")]
    [InlineData("{0} (x{0}.bigmail.example.stranger.example)")]
    public void RowsOfOneSigner_DisplaceNobody(string form)
    {
        string[] strangers = [.. Enumerable.Range(0, Strangers).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i))];
        var day = ReportLife.Day([.. strangers.Select(name => (name, 1_000_000L, Failures(name, 900_000))), (Big, 100, Failures(Big, 10)), (Small, 3, Failures(Small, 3))], [.. strangers.Select(name => (name, Lines)), (Big, Lines), (Small, Lines)]);
        Assert.Contains(day.Organizations, row => row.Name == Big);
        Assert.Contains(day.Organizations, row => row.Name == Small);
        Assert.Equal(2, day.Failures.Count(row => row.Organization is Big or Small));
        Assert.Equal(2, day.Policies.Count(row => row.Organization is Big or Small));
        Assert.Equal(WatchedDay.MaxOrganizationsOfZone + 2, day.Organizations.Length);
    }

    /// <summary>One organisation with a failure of each host fills the failures of nobody else.</summary>
    [Fact]
    public void FailuresOfOneSigner_DisplaceNobody()
    {
        var day = ReportLife.Day([(Stranger, 1_000_000, [.. Enumerable.Range(0, Strangers).Select(i => new ReportedFailure(Stranger, $"mx{i}.example.com", ResultTypes.CertificateExpired, PolicyTypes.Sts, 900_000))]), (Small, 3, Failures(Small, 3))]);
        Assert.Equal([WatchedDay.MaxFailuresOfZone, 1], new[] { Stranger, Small }.Select(name => day.Failures.Count(row => row.Organization == name)));
    }

    /// <summary>Many zones, too: those known longest stay.</summary>
    [Fact]
    public void ManyZones_DisplaceNobodyWhoIsKnown()
    {
        for (var day = 0; day < 20; day++)
            life.Report(day, [(Small, 3, [])]);
        life.Report(20, [.. Enumerable.Range(0, Strangers).Select(i => $"Sender (stranger{i}.example)").Select(name => (name, 1_000_000L, Failures(name, 900_000))), (Small, 3, Failures(Small, 3))]);
        Assert.Equal(Small, life.State.Days[ReportLife.First.AddDays(20)].Organizations[0].Name);
        var condition = Assert.Single(life.Raised).Condition;
        Assert.Equal(Small, condition.Parameters[AlertParameters.Organizations][0]); // Those known come first, and are not cut off.
        Assert.DoesNotContain(Small, condition.Parameters[AlertParameters.NewReporters]);
        Assert.Equal(AlertSeverity.Critical, condition.Words().Severity);
    }

    /// <summary>On its first day a sender gets no more than a warning, whatever it reports and however many days it dates back.</summary>
    [Theory]
    [InlineData(ResultTypes.CertificateExpired, PolicyTypes.Sts, 0)]
    [InlineData(ResultTypes.CertificateExpired, PolicyTypes.Sts, 20)]
    [InlineData(ResultTypes.TlsaInvalid, PolicyTypes.Tlsa, 0)]
    [InlineData(ResultTypes.DnssecInvalid, PolicyTypes.Tlsa, 20)]
    [InlineData("Set the policy to testing", PolicyTypes.Sts, 0)]
    public void NewSender_Failing_IsNoMoreThanAWarningThatNamesItsSigner(string resultType, string policyType, int datedBack)
    {
        for (var day = 0; day < 30; day++)
            life.Report(day, [(Big, 1_000, [])]);
        for (var day = 30 - datedBack; day < 30; day++)
            life.Count(day, [(Big, 1_000, []), (Stranger, 500, [])]);
        life.Report(30, [(Big, 1_000, []), (Stranger, 500, [new(Stranger, Mx, resultType, policyType, 500)])]);
        var words = Assert.Single(life.Raised).Condition.Words();
        Assert.Equal(AlertSeverity.Warning, words.Severity);
        Assert.Contains("stranger.example", words.Message, StringComparison.Ordinal);
        Assert.Contains("reported on few or no earlier days", words.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("do not deliver", words.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("testing", words.NextStep, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>It becomes a reason to act when the sender has reported for some days.</summary>
    [Fact]
    public void NewSender_FailingForDays_IsKnownThen()
    {
        var severities = new List<AlertSeverity>();
        for (var day = 0; day < 5; day++)
        {
            life.Report(day, [(Small, 100, Failures(Small, 50))]);
            severities.Add(life.Open.Single().Words().Severity);
        }
        Assert.Equal([.. Enumerable.Repeat(AlertSeverity.Warning, ReporterHistory.LeastDays), AlertSeverity.Critical, AlertSeverity.Critical], severities);
        Assert.Single(life.Raised); // One alert, updated.
    }

    /// <summary>Testing is advised when senders that have nothing to do with each other agree.</summary>
    [Theory]
    [InlineData(Small, true)]
    [InlineData("Other name (bigmail.example)", false)]
    [InlineData("Bigmail (eu.bigmail.example)", false)]
    [InlineData(Stranger, false)]
    public void Advice_ToGoToTesting_NeedsTwoIndependentKnownSenders(string second, bool isAdvised)
    {
        for (var day = 0; day < 30; day++)
            life.Report(day, second == Stranger ? [(Big, 1_000, [])] : [(Big, 1_000, []), (second, 100, [])]);
        life.Report(30, [(Big, 1_000, Failures(Big, 500)), (second, 100, Failures(second, 50))]);
        var words = Assert.Single(life.Raised).Condition.Words();
        Assert.Equal(AlertSeverity.Critical, words.Severity);
        Assert.Equal(isAdvised, words.NextStep.Contains("testing", StringComparison.Ordinal));
    }

    /// <summary>The signer is never cut off, and of a long one the end remains: its owner.</summary>
    [Fact]
    public void LongNames_DoNotHideTheSigner()
    {
        var names = new[] { $"{new string('x', 250)} (stranger.example)", $"{new string('x', 250)} (bigmail.example.{new string('y', 60)}.{new string('z', 60)}.stranger.example)" };
        for (var i = 0; i < names.Length; i++)
        {
            var other = new ReportLife();
            other.Report(0, [(names[i], 100, Failures(names[i], 100))]);
            Assert.Contains("stranger.example)", other.Open.Single().Words().Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A stranger does not keep the alert of an MX host open after the probe has seen it mended.</summary>
    [Fact]
    public void NewSender_JoinsTheProbesAlertOnlyWhileTheProbeShowsIt()
    {
        var row = new FailingRow { Organization = Stranger, Mx = Mx, ResultType = ResultTypes.CertificateExpired, IsNew = true, Since = ReportLife.First, LastDay = ReportLife.First };
        var joined = MxCauses.Join([row], [new MxCause(AlertKinds.MxCertificateExpired, Mx)]);
        Assert.Equal(AlertKinds.MxCertificateExpired, Assert.Single(joined).Kind);
        Assert.Null(Assert.Single(MxCauses.Join(joined, [])).Kind);
    }

    private static ReportedFailure[] Failures(string organization, long failed) => [new(organization, Mx, ResultTypes.CertificateExpired, PolicyTypes.Sts, failed)];
}
