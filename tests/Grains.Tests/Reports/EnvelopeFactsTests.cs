using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Tests.Dkim;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What is known of each envelope, whose it is, and what happens when that cannot be told: on the real storage, once for each engine.</summary>
public abstract class EnvelopeFactsTests : DomainSceneTests
{
    private const string Domain = "harbour.example";
    private const string Other = "orchard.example";
    private const string Signer = "bigmail.example";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static DateOnly Day => DateOnly.FromDateTime(Reported.Day.UtcDateTime);

    private IGrainFactory Grains => Scene.Cluster.Grains;

    private IReportInbox Inbox => Scene.Cluster.Services.GetRequiredService<IReportInbox>();

    private IQuarantineGrain Quarantine => Grains.Quarantine(DomainScene.Workspace);

    private IWorkspaceGrain Workspace => Grains.Workspace(DomainScene.Workspace);

    private DateTimeOffset Now => Scene.Cluster.Clock.GetUtcNow();

    protected override async Task BeginAsync()
    {
        await Scene.Claim(Domain);
        Scene.Dns.Publish($"{SignedMail.Selector}._domainkey.{Signer}", DnsType.Txt, "v=DKIM1; s=tlsrpt; p=" + SignedMail.Public(SignedMail.Rsa));
    }

    [Fact]
    public async Task Mail_Signed_KeepsEveryFactOfHowItCame()
    {
        var raw = Signed("r1");
        var outcome = await Complete(await Mail(raw));
        var view = (await Grains.Ingestion(outcome.EnvelopeId).Get(DomainScene.Workspace))!;
        Assert.Equal(IngestionState.Counted, outcome.State);
        Assert.Equal(("source.smtp", Now, raw.Length, "192.0.2.7", Domain, (await Scene.View(Domain)).Token), (view.Source, view.ReceivedAt, view.Size, view.Peer, view.AddressedTo, view.Token));
        Assert.Equal((DkimVerdict.Pass, Signer, SignedMail.Selector), (view.Dkim.Verdict, view.Dkim.SignedBy, view.Dkim.Selector));
        Assert.Equal((DkimVerdict.Pass, Signer), await Listed());
    }

    [Fact]
    public async Task List_ByVerdict_GivesThoseOnlyAndEachOnce()
    {
        for (var i = 0; i < 9; i++)
            await Complete(i % 3 == 0 ? await Mail(Signed("r" + Reported.Number(i))) : await Https(Report("r" + Reported.Number(i)).Json()));
        foreach (var (verdict, count) in new[] { (DkimVerdict.Pass, 3), (DkimVerdict.NotMail, 6), (DkimVerdict.Fail, 0) })
        {
            var listed = new List<string?>();
            string? next = null;
            do
            {
                var page = await ReportLists.Load(Grains, DomainScene.Workspace, Domain, new ReportFilter { Verdicts = [verdict] }, next, 2);
                Assert.True(page.Items.Count <= 2);
                listed.AddRange(page.Items.Select(entry => entry.ReportId));
                next = page.Next;
            }
            while (next is not null);
            Assert.Equal((verdict, count, count), (verdict, listed.Count, listed.Distinct().Count()));
        }
    }

    [Fact]
    public async Task List_Filtered_GivesThoseOnlyAndInsideItsDays()
    {
        await Complete(await Mail(Signed("signed")));
        await Complete(await Upload(Report("uploaded").Json()));
        await Complete(await Https(Report("posted").Json()));
        await Complete(await Https((Reported.Report("failed", Reported.Policy(Domain, 7, failures: (ResultTypes.CertificateExpired, "mx1.harbour.example", 2))) with { OrganizationName = "Otherpost" }).Json()));
        await Complete(await Https((Report("earlier") with { Start = Reported.Day.AddDays(-2), End = Reported.Day.AddDays(-1) }).Json()));
        var day = DateOnly.FromDateTime(Reported.Day.UtcDateTime);

        await Expect(new ReportFilter { OnlyUnsigned = true }, "earlier", "failed", "posted");
        await Expect(new ReportFilter { OnlyFailures = true }, "failed");
        await Expect(new ReportFilter { Organization = "OTHER" }, "failed");
        await Expect(new ReportFilter { From = day }, "failed", "posted", "signed", "uploaded");
        await Expect(new ReportFilter { To = day.AddDays(-1) }, "earlier");
        await Expect(new ReportFilter { From = day.AddDays(-1), To = day.AddDays(-1) });
        await Expect(new ReportFilter { OnlyUnsigned = true, From = day, Organization = "bigmail" }, "posted");

        async Task Expect(ReportFilter filter, params string[] ids)
        {
            var listed = new List<string?>();
            string? next = null;
            do
            {
                var page = await ReportLists.Load(Grains, DomainScene.Workspace, Domain, filter, next, 2);
                listed.AddRange(page.Items.Select(entry => entry.ReportId));
                next = page.Next;
            }
            while (next is not null);
            Assert.Equal(ids, listed.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task DnsOutage_CountsAtOnceAndTheVerdictFollows()
    {
        Scene.Dns.Outage = "SERVFAIL";
        Assert.Equal(IngestionState.Counted, (await Complete(await Mail(Signed("r1")))).State);
        Assert.Equal(DkimVerdict.TemporaryError, (await Listed()).Dkim);
        await LookAgain(TimeSpan.FromMinutes(6));
        Assert.Equal(DkimVerdict.TemporaryError, (await Listed()).Dkim);

        Scene.Dns.Outage = null;
        await Poll.Until(
            async () =>
            {
                await LookAgain(TimeSpan.FromHours(1));
                return (await Listed()).Dkim == DkimVerdict.Pass;
            },
            Limit,
            "the signature to be looked at again");
        Assert.Equal((7, 1), ((await Scorecard()).Sessions.Successful, (await Scorecard()).Reports));
    }

    [Fact]
    public async Task MailAndHttps_OfOneReport_IsOneAndOfTwoReportsAddsUp()
    {
        Assert.Equal(IngestionState.Counted, (await Complete(await Https(Report("r1").Gzip()))).State);
        Assert.Equal(IngestionState.Duplicate, (await Complete(await Mail(Signed("r1")))).State);
        Assert.Equal(IngestionState.Counted, (await Complete(await Mail(Signed("r2")))).State);
        Assert.Equal(IngestionState.Counted, (await Complete(await Https((Report("r1") with { ContactInfo = "tls@another.example" }).Json()))).State);
        Assert.Equal((21, 3), ((await Scorecard()).Sessions.Successful, (await Scorecard()).Reports));
    }

    [Fact]
    public async Task SignedOnly_KeepsOutTheRestUntilItIsSwitchedBack()
    {
        await Workspace.SetCountsUnauthenticated(false, "owner");
        var https = await Complete(await Https(Report("r1").Json()));
        var unsigned = await Complete(await Mail(SignedMail.Unsigned(Report("r2"), Domain)));
        Assert.Equal([IngestionState.Quarantined, IngestionState.Quarantined], new[] { https.State, unsigned.State });
        Assert.Equal([QuarantineCodes.Unauthenticated, QuarantineCodes.Unauthenticated], (await Quarantine.List(null, 10)).Items.Select(item => item.Code));
        Assert.Equal(IngestionState.Counted, (await Complete(await Mail(Signed("r3")))).State);
        Assert.Equal(IngestionState.Counted, (await Complete(await Upload(Report("r4").Json()))).State);
        Assert.Equal(IngestionState.Quarantined, (await Grains.Ingestion(https.EnvelopeId).Replay(DomainScene.Workspace)).Value!.State);
        Assert.Equal(2, (await Scorecard()).Reports);

        await Workspace.SetCountsUnauthenticated(true, "owner");
        Assert.Equal(2, (await Quarantine.List(null, 10)).Items.Count); // What came before stays where it is.
        Assert.Equal(2, (await new QuarantineCommands(Grains).ReplayPage(DomainScene.Owner, null, 10)).Value!.Items.Count(outcome => outcome.State == IngestionState.Counted));
        Assert.Empty((await Quarantine.List(null, 10)).Items);
        Assert.Equal(4, (await Scorecard()).Reports);
    }

    [Fact]
    public async Task SignedOnly_DnsOutage_CountsWhenTheDnsIsBack()
    {
        await Workspace.SetCountsUnauthenticated(false, "owner");
        Scene.Dns.Outage = "SERVFAIL";
        Assert.Equal(IngestionState.Quarantined, (await Complete(await Mail(Signed("r1")))).State);
        Scene.Dns.Outage = null;
        await Workspace.SetCountsUnauthenticated(false, "owner");
        await Poll.Until(
            async () =>
            {
                await LookAgain(TimeSpan.FromMinutes(6));
                return (await Scorecard()).Reports == 1 && (await Quarantine.GetSummary()).Items == 0;
            },
            Limit,
            "the report to be counted and to go from the quarantine");
        Assert.Equal(DkimVerdict.Pass, (await Listed()).Dkim);
    }

    [Fact]
    public async Task TwoMxHostsUnderOneReportId_AreTwoReports()
    {
        Scene.Dns.Publish(Domain, DnsType.Mx, "mx1.provider.example", "mx2.provider.example");
        await Scene.Check(Domain);
        foreach (var mx in new[] { "mx1.provider.example", "mx2.provider.example", "mx2.provider.example" })
            await Complete(await Mail(SignedMail.Unsigned(Reported.Report("same", Reported.Policy(mx, 5, PolicyTypes.Tlsa)), Domain)));
        Assert.Equal((10, 2), ((await Scorecard()).Sessions.Successful, (await Scorecard()).Reports));
    }

    [Fact]
    public async Task UploadAboutAnMxHost_OfOneDomainCounts_OfSeveralIsNobodys()
    {
        foreach (var domain in new[] { Domain, Other })
        {
            if (domain == Other)
                await Scene.Claim(Other);
            await Scene.Until(domain, static view => view.LastObservation is not null); // The check that a claim starts sees the records before these.
            Scene.Dns.Publish(domain, DnsType.Mx, "mx." + domain, "mx.shared.example");
            await Scene.Check(domain);
        }
        Assert.Equal([Other], (await Complete(await Upload(Reported.Report("r1", Reported.Policy("mx." + Other, 5, PolicyTypes.Tlsa)).Json()))).Domains);
        var shared = await Complete(await Upload(Reported.Report("r2", Reported.Policy("mx.shared.example", 5, PolicyTypes.Tlsa)).Json()));
        Assert.Equal(IngestionState.Quarantined, shared.State);
        Assert.Contains(Other, shared.Reason, StringComparison.Ordinal);
        Assert.Equal(QuarantineCodes.AmbiguousMxHost, Assert.Single((await Quarantine.List(null, 10)).Items).Code);
        // The same came to the address of one of them: that one's, and only that one's.
        Assert.Equal([Domain], (await Complete(await Https(Reported.Report("r2", Reported.Policy("mx.shared.example", 5, PolicyTypes.Tlsa)).Json()))).Domains);
    }

    [Theory]
    [InlineData("orchard.example", null, "orchard.example")] // the header
    [InlineData(null, "bigmail.example!orchard.example!1772323200!1772409599.json", "orchard.example")] // the file's name
    [InlineData(null, null, null)] // two domains: nobody can tell
    public async Task PolicyWithoutDomain_Uploaded_IsAttributedByWhatIsThere(string? header, string? fileName, string? expected)
    {
        await Scene.Claim(Other);
        var report = Reported.Report("r1", Reported.Policy(null, 5, PolicyTypes.NoPolicyFound));
        var raw = header is null ? report.Json() : SignedMail.Unsigned(report, header);
        var outcome = await Complete(await Upload(raw, fileName));
        Assert.Equal(expected is null ? [] : [expected], outcome.Domains);
    }

    [Fact]
    public async Task PolicyWithoutDomain_UploadedWithOneDomainClaimed_IsThatOnes() =>
        Assert.Equal([Domain], (await Complete(await Upload(Reported.Report("r1", Reported.Policy(null, 5, PolicyTypes.NoPolicyFound)).Json()))).Domains);

    [Fact]
    public async Task ForeignDomain_IsOfferedAndCountsAfterTheClaim()
    {
        var outcome = await Complete(await Upload(Reported.Report("r1", Reported.Policy(Other, 5)).Json()));
        Assert.Equal([Other], Assert.Single((await Quarantine.List(null, 10)).Items).Unclaimed);
        await Scene.Claim(Other);
        Assert.Equal(IngestionState.Counted, (await Grains.Ingestion(outcome.EnvelopeId).Replay(DomainScene.Workspace)).Value!.State);
    }

    [Fact]
    public async Task Quarantine_NewerDecoder_ReplaysOnceByItselfAndLeavesTheRest()
    {
        // As an older build left it: a decoder that could not read it, and a domain that is claimed by now.
        await Complete(await Upload(Reported.Report("r1", Reported.Policy(Other, 5)).Json()));
        await Scene.Claim(Other);
        var readable = Assert.Single((await Quarantine.List(null, 10)).Items);
        await Quarantine.Put(readable with { Code = nameof(RefusalReason.MalformedJson), DecoderVersion = ReportDecoder.Version - 1 });
        await Complete(await Upload([1, 2, 3]));
        var garbage = (await Quarantine.List(null, 10)).Items.Single(item => item.Id != readable.Id);
        Assert.Equal(ReportDecoder.Version, garbage.DecoderVersion);

        await Quarantine.AsReference<IRemindable>().ReceiveReminder("upgrade", default);

        await Poll.Until(async () => (await Scorecard(Other)).Reports == 1, Limit, "the replay");
        await Poll.Until(async () => (await Quarantine.List(null, 10)).Items is [var left] && left.Id == garbage.Id, Limit, "the replayed one leaves the quarantine");
    }

    [Fact]
    public async Task Quarantine_Discard_DeletesTheBytesOfThatOneOnly()
    {
        var first = await Complete(await Upload([1, 2, 3]));
        var second = await Complete(await Upload([4, 5, 6]));
        var counted = await Complete(await Https(Report("r1").Json()));
        await Quarantine.Discard(first.EnvelopeId);
        await Quarantine.Discard(counted.EnvelopeId);
        await Poll.Until(async () => await Grains.Ingestion(first.EnvelopeId).GetRaw(DomainScene.Workspace) is null, Limit, "the bytes to be deleted");
        Assert.Equal(second.EnvelopeId, Assert.Single((await Quarantine.List(null, 10)).Items).Id);
        Assert.NotNull(await Grains.Ingestion(counted.EnvelopeId).GetRaw(DomainScene.Workspace));
        Assert.Equal(IngestionState.Quarantined, (await Complete(await Upload([1, 2, 3]))).State); // The same again is taken anew.
    }

    private static TlsReport Report(string id) => Reported.Report(id, Reported.Policy(Domain, 7));

    private static byte[] Signed(string id) => SignedMail.Sign(SignedMail.Unsigned(Report(id), Domain), Signer);

    private Task<Receipt.Stored> Mail(byte[] raw) => Accept("source.smtp", raw);

    private Task<Receipt.Stored> Https(byte[] raw) => Accept("source.https", raw);

    private async Task<Receipt.Stored> Accept(string source, byte[] raw) =>
        Assert.IsType<Receipt.Stored>(await Inbox.AcceptAsync(new Envelope(source, Now, raw, (await Scene.View(Domain)).Token, null, "192.0.2.7"), TestContext.Current.CancellationToken));

    private async Task<Receipt.Stored> Upload(byte[] raw, string? fileName = null) =>
        Assert.IsType<Receipt.Stored>(await Inbox.AcceptAsync(new Envelope("source.upload", Now, raw, null, DomainScene.Workspace, null, fileName), TestContext.Current.CancellationToken));

    private async Task<IngestionOutcome> Complete(Receipt.Stored receipt) => (await Grains.Ingestion(receipt.Id).Complete())!;

    private async Task<(DkimVerdict Dkim, string? SignedBy)> Listed()
    {
        var entry = Assert.Single((await ScorecardReader.ListReports(Grains, DomainScene.Workspace, Domain, null, 10)).Items);
        return (entry.Dkim, entry.SignedBy);
    }

    private async Task LookAgain(TimeSpan after)
    {
        Scene.Cluster.Clock.Advance(after);
        for (var lane = 0; lane < IIngestionLaneGrain.Lanes; lane++)
            await Grains.IngestionLane(lane).AsReference<IRemindable>().ReceiveReminder("wake", default);
    }

    private Task<ScorecardView> Scorecard(string domain = Domain) => ScorecardReader.LoadScorecard(Grains, DomainScene.Workspace, domain, Day.AddDays(-10), Day.AddDays(10), Now);
}

public sealed class SqliteEnvelopeFactsTests : EnvelopeFactsTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

public sealed class PostgresEnvelopeFactsTests : EnvelopeFactsTests
{
    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
