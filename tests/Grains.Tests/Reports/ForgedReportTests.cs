using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Grains.Tests.Dkim;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Whoever knows a report address writes what he likes, signs it with a domain of his own, comes first, repeats it: nothing of it stays in the numbers once it is excluded.</summary>
public sealed class ForgedReportTests : DomainSceneTests
{
    private const string Domain = "harbour.example";
    private const string Signer = "bigmail.example";
    private const string Attacker = "evil.example";
    private static readonly DateOnly Day = DateOnly.FromDateTime(Reported.Day.UtcDateTime);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly StorageFaults faults = new(1);

    private protected override StorageFaults Faults => faults;

    private IGrainFactory Grains => Scene.Cluster.Grains;

    private IScorecardGrain Scorecard => Grains.Scorecard(DomainScene.Workspace, Domain, Day);

    private static ReportExclusion Because => new("me@harbour.example", Reported.Day.AddDays(1), "forged");

    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    protected override async Task BeginAsync()
    {
        await Scene.Claim(Domain);
        foreach (var name in new[] { Signer, Attacker })
            Scene.Dns.Publish($"{SignedMail.Selector}._domainkey.{name}", DnsType.Txt, "v=DKIM1; p=" + SignedMail.Public(SignedMail.Rsa));
    }

    /// <summary>The forger has guessed the report's name and was first.</summary>
    [Fact]
    public async Task SameIdentityFirst_ExcludedBeforeOrAfterTheGenuineOne_GenuineOneAloneIsCounted()
    {
        var early = await Https(Report("r1", 900));
        await Exclude(new ReportFilter { Envelope = early.EnvelopeId });
        Assert.Equal(IngestionState.Counted, (await Https(Report("r1", 7))).State);
        await Https(Report("r2", 900));
        Assert.Equal(IngestionState.Counted, (await Mail(Report("r2", 5), Signer)).State);
        await Exclude(new ReportFilter { OnlyUnsigned = true, Organization = "bigmail" }, 2); // The genuine one of r1 among them.
        Assert.Equal(5, (await Card()).Sessions.Successful);

        // Taken back all together: of each identity what may be counted is, and none twice.
        var outcome = await Scorecard.Exclude(new ReportFilter { Organization = "bigmail" }, null);
        Assert.Equal((5 + 7, 1, 2), ((await Card()).Sessions.Successful, outcome.Changed, outcome.Replaced));
    }

    /// <summary>A forged content comes again after it was excluded, alone and after another of the same name, in pages and in the tail.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ExcludedContents_DeliveredAgain_StayExcluded(bool areInPages)
    {
        foreach (var sessions in new[] { 900, 901 })
        {
            var forged = await Https(Report("r1", sessions));
            Assert.Equal(IngestionState.Counted, forged.State);
            await Exclude(new ReportFilter { Envelope = forged.EnvelopeId });
        }
        for (var i = 0; areInPages && i < ScorecardRules.PageSize; i++)
            await Https(Report("other" + i, 0));
        await Scene.Cluster.CrashAsync();
        foreach (var sessions in new[] { 900, 901 })
            Assert.Equal(IngestionState.Duplicate, (await Https([.. Report("r1", sessions).Json(), .. "\n"u8])).State);
        Assert.Equal((0, 2), ((await Card()).Sessions.Successful, (await Card()).Excluded));
    }

    /// <summary>The same content comes signed after it was excluded: the line says so, and a member decides.</summary>
    [Fact]
    public async Task ExcludedByFilter_SignedCopyComes_StaysExcludedAndTellsItsSigner()
    {
        await Https(Report("r1", 7));
        await Exclude(new ReportFilter { Network = "192.0.2.0/24" });
        Assert.Equal(IngestionState.Duplicate, (await Mail(Report("r1", 7), Signer)).State);
        var entry = Assert.Single(await Listed());
        Assert.Equal((Because, DkimVerdict.Pass, Signer), (entry.Excluded, entry.Dkim, entry.SignedBy));
        Assert.Equal(0, (await Card()).Reports);
        Assert.Equal(1, (await Scorecard.Exclude(new ReportFilter { SignedBy = Signer.ToUpperInvariant() }, null)).Changed);
        Assert.Equal($"Bigmail Inc. ({Signer})", Assert.Single((await Card()).ByOrganization).Organization);
    }

    /// <summary>A filter takes what is there: it is no standing rule.</summary>
    [Fact]
    public async Task ExcludedByFilter_AnotherReportComes_IsCounted()
    {
        await Https(Report("r1", 7));
        await Exclude(new ReportFilter { Organization = "bigmail" });
        Assert.Equal(IngestionState.Counted, (await Https(Report("r2", 5))).State);
        Assert.Equal((5, 1), ((await Card()).Sessions.Successful, (await Card()).Excluded));
    }

    /// <summary>A signature that verifies, of a domain that has nothing to do with the name: its own row, with its own signer, and it can be excluded by that.</summary>
    [Fact]
    public async Task SignedByTheForger_AsAnotherOrganisation_IsARowOfItsSigner()
    {
        var google = Reported.Report("g1", Reported.Policy(Domain, 1_000)) with { OrganizationName = "Google Inc.", ContactInfo = "tls@" + Attacker };
        var aligned = Reported.Report("g2", Reported.Policy(Domain, 1_000)) with { OrganizationName = "Google Inc.", ContactInfo = "smtp-tls-reporting@google.com" };
        await Mail(google, Attacker);
        await Mail(aligned, Attacker); // Signed by another than the submitter it names.
        await Https(google with { ReportId = "g3", ContactInfo = "smtp-tls-reporting@google.com" });
        await Mail(Report("r1", 7), Signer);
        Assert.Equal(
            ["Bigmail Inc. (bigmail.example)", "Google Inc. (evil.example)", "claimed: Google Inc. (not verified)"],
            (await Card()).ByOrganization.Select(row => row.Organization).Order(StringComparer.Ordinal));
        var trusted = await ScorecardReader.LoadTrusted(Grains, DomainScene.Workspace, Domain, Day, Day, PolicyTypes.Sts);
        Assert.Equal((1_007, 2_000, "Google Inc. (evil.example)"), (trusted.VouchedFor.Successful, trusted.Claimed.Successful, trusted.Organizations[0].Organization));

        await Exclude(new ReportFilter { SignedBy = Attacker, Verdicts = [DkimVerdict.Pass] });
        await Exclude(new ReportFilter { OnlyUnsigned = true }, 2);
        trusted = await ScorecardReader.LoadTrusted(Grains, DomainScene.Workspace, Domain, Day, Day, PolicyTypes.Sts);
        Assert.Equal((7, 0), (trusted.VouchedFor.Successful, trusted.Claimed.Successful));
    }

    /// <summary>What is not plausible beside what is: the one is counted, the other stands in quarantine with its reason, by every source, and nothing is lost by a replay.</summary>
    [Theory]
    [InlineData("source.https", false)]
    [InlineData("source.smtp", false)]
    [InlineData("source.upload", false)]
    [InlineData("source.https", true)]
    public async Task ImplausiblePart_BesideOthers_IsAPartInQuarantine(string source, bool isSplit)
    {
        var huge = isSplit
            ? Reported.Report("huge", Reported.Policy(Domain, Attribution.MostSessions), Reported.Policy(Domain, 1))
            : Reported.Report("huge", Reported.Policy(Domain, 1_000_000_000_000));
        var outcome = await Accept(source, [.. Report("r1", 7).Json(), .. "\n"u8, .. huge.Json()]);
        Assert.Equal(IngestionState.Counted, outcome.State);
        var item = Assert.Single((await Grains.Quarantine(DomainScene.Workspace).List(null, 10)).Items);
        Assert.Equal((QuarantineCodes.ImplausibleCount, QuarantineCodes.ImplausibleCount), (item.Code, Assert.Single(item.Parts).Code));
        Assert.Contains("not plausible", item.Reason, StringComparison.Ordinal);
        await Grains.Ingestion(item.Id).Replay(DomainScene.Workspace);
        Assert.Single((await Grains.Quarantine(DomainScene.Workspace).List(null, 10)).Items);
        Assert.Equal((7, 1), ((await Card()).Sessions.Successful, (await Card()).Reports));
    }

    /// <summary>Days, claims and MX hosts change after a report was counted; what it adds does not.</summary>
    [Fact]
    public async Task Recount_WhenAttributionWouldDecideOtherwise_CountsAsItWasCounted()
    {
        var nameless = await Accept("source.upload", Reported.Report("r1", Reported.Policy(null, 7)).Json()); // The workspace has one domain only.
        Assert.Equal([Domain], nameless.Domains);
        await Scene.Claim("orchard.example");
        var forged = await Https(Report("r2", 900));
        await Exclude(new ReportFilter { Envelope = forged.EnvelopeId });
        Assert.Equal((7, 1), ((await Card()).Sessions.Successful, (await Card()).Excluded));
        Assert.Equal(7, Assert.Single((await Card()).ByPolicyType).Successful);
    }

    /// <summary>Signed copies that come one by one do not each cause the day to be counted anew.</summary>
    [Fact]
    public async Task SignedCopies_OfOneDay_AreOneRecountThatSurvivesACrash()
    {
        const int Copies = 6;
        for (var i = 0; i < Copies + ScorecardRules.PageSize; i++)
            await Https(Report("r" + i, 1));
        for (var i = 0; i < Copies; i++)
            await Mail(Report("r" + i, 1), Signer);
        var behind = (await Scorecard.Get())!;
        Assert.Equal((true, Copies + ScorecardRules.PageSize), (behind.IsRecounting, behind.ByOrganization.Sum(row => row.Unauthenticated)));
        Assert.Equal(Copies, (await Listed()).Count(entry => entry.Dkim == DkimVerdict.Pass));
        await Scene.Cluster.CrashAsync();
        Assert.True((await Scorecard.Get())!.IsRecounting);
        Assert.Equal((Copies + ScorecardRules.PageSize, ScorecardRules.PageSize), ((await Card()).Reports, (await Card()).ByOrganization.Sum(row => row.Unauthenticated)));
    }

    /// <summary>It ends between the page and the row, or after the row: the sums are those of the lines, and the order is given again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CrashWithinAnExclusion_DayIsCountedAnewFromItsLines(bool afterThePage)
    {
        for (var i = 0; i < ScorecardRules.PageSize + 3; i++)
            await Https(Report("r" + i, 10));
        faults.LosesAnswerOf = afterThePage
            ? state => state is ScorecardPageState page && page.Reports.Any(report => report.Entry?.Excluded is not null)
            : state => state is ScorecardDayState { Recount: true } day && day.Tail.Any(report => report.Entry?.Excluded is not null);
        await Assert.ThrowsAnyAsync<Exception>(() => Scorecard.Exclude(new ReportFilter { Source = "source.https" }, Because));
        await Scene.Cluster.CrashAsync();
        var excluded = (await Listed()).Count(entry => entry.Excluded is not null);
        Assert.InRange(excluded, ScorecardRules.PageSize, ScorecardRules.PageSize + 3);
        Assert.Equal(((ScorecardRules.PageSize + 3 - excluded) * 10, excluded), ((await Card()).Sessions.Successful, (await Card()).Excluded));
        await Exclude(new ReportFilter { Source = "source.https" }, ScorecardRules.PageSize + 3 - excluded);
        Assert.Equal((0, ScorecardRules.PageSize + 3), ((await Card()).Sessions.Successful, (await Card()).Excluded));
    }

    /// <summary>Details that are still needed for the sums are not let go before.</summary>
    [Fact]
    public async Task Retention_WhileTheSumsAreBehind_WaitsForThem()
    {
        await Https(Report("r1", 7));
        await Mail(Report("r1", 7), Signer);
        Assert.False(await Scorecard.Retain(Kept.Aggregates));
        Assert.False(await Scorecard.Retain(Kept.Aggregates));
        await Card();
        await Poll.Until(() => Scorecard.Retain(Kept.Aggregates), Limit, "the details to go");
        Assert.Equal(0, (await Card()).ByOrganization.Sum(row => row.Unauthenticated));
        Assert.Empty(await Listed());
    }

    private static TlsReport Report(string id, long sessions) => Reported.Report(id, Reported.Policy(Domain, sessions));

    private Task<IngestionOutcome> Https(TlsReport report) => Https(report.Json());

    private Task<IngestionOutcome> Https(byte[] raw) => Accept("source.https", raw);

    private Task<IngestionOutcome> Mail(TlsReport report, string signer) => Accept("source.smtp", SignedMail.Sign(SignedMail.Unsigned(report, Domain), signer));

    private async Task<IngestionOutcome> Accept(string source, byte[] raw)
    {
        var isUpload = source == ReportSourceIds.Upload;
        var envelope = new Envelope(source, Scene.Cluster.Clock.GetUtcNow(), raw, isUpload ? null : (await Scene.View(Domain)).Token, isUpload ? DomainScene.Workspace : null, isUpload ? null : "192.0.2.7");
        var receipt = Assert.IsType<Receipt.Stored>(await Scene.Cluster.Services.GetRequiredService<IReportInbox>().AcceptAsync(envelope, TestContext.Current.CancellationToken));
        return (await Grains.Ingestion(receipt.Id).Complete())!;
    }

    private async Task Exclude(ReportFilter filter, int changed = 1) => Assert.Equal(changed, (await Scorecard.Exclude(filter, Because)).Changed);

    private async Task<IReadOnlyList<ReportEntry>> Listed() => (await ScorecardReader.ListReports(Grains, DomainScene.Workspace, Domain, null, 200)).Items;

    private async Task<ScorecardDay> Card()
    {
        await Poll.Until(async () =>
        {
            Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            return await Scorecard.Get() is { IsRecounting: false };
        }, Limit, "the day to be counted anew");
        return (await Scorecard.Get())!;
    }
}
