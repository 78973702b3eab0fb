using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Dkim;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>The same report comes unsigned by HTTPS and signed by mail, in either order: it is counted once, and the signature vouches for it.</summary>
public sealed class SignedCopyTests : DomainSceneTests
{
    private const string Domain = "harbour.example";
    private const string Signer = "bigmail.example";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private IGrainFactory Grains => Scene.Cluster.Grains;

    private IQuarantineGrain Quarantine => Grains.Quarantine(DomainScene.Workspace);

    private DateTimeOffset Now => Scene.Cluster.Clock.GetUtcNow();

    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    protected override async Task BeginAsync()
    {
        await Scene.Claim(Domain);
        Scene.Dns.Publish($"{SignedMail.Selector}._domainkey.{Signer}", DnsType.Txt, "v=DKIM1; s=tlsrpt; p=" + SignedMail.Public(SignedMail.Rsa));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task SignedAndUnsigned_InEitherOrder_IsOneReportThatIsVouchedFor(bool signedFirst, bool isPacked)
    {
        var unsigned = isPacked ? Report("r1").Gzip() : Report("r1").Json();
        var first = signedFirst ? await Mail(Signed("r1")) : await Https(unsigned);
        var second = signedFirst ? await Https(unsigned) : await Mail(Signed("r1"));
        var third = await Https([.. Report("r1").Json(), .. "\n\n"u8]);
        Assert.Equal([IngestionState.Counted, IngestionState.Duplicate, IngestionState.Duplicate], new[] { first.State, second.State, third.State });
        var entry = Assert.Single(await Listed());
        Assert.Equal((first.EnvelopeId, DkimVerdict.Pass, Signer, signedFirst ? null : second.EnvelopeId), (entry.Id, entry.Dkim, entry.SignedBy, entry.VouchedBy));
        Assert.Equal((7, 1, 0), await Card());
    }

    [Fact]
    public async Task SignedAfterUnsignedInAPage_VouchesForThatOneOnly()
    {
        for (var i = 0; i < ScorecardRules.PageSize + 5; i++)
            await Https(Report("r" + i).Json());
        await Mail(Signed("r3"));
        Assert.Equal(["r3"], (await Listed(200)).Where(entry => entry.Dkim == DkimVerdict.Pass).Select(entry => entry.ReportId));
        Assert.Equal(ScorecardRules.PageSize + 4, (await Card()).Unauthenticated);
    }

    [Fact]
    public async Task SignedByAnotherThanTheSubmitter_VouchesForNothing()
    {
        await Https((Report("r1") with { ContactInfo = "tls@another.example" }).Json());
        Assert.Equal(IngestionState.Duplicate, (await Mail(SignedMail.Sign(SignedMail.Unsigned(Report("r1") with { ContactInfo = "tls@another.example" }, Domain), Signer))).State);
        Assert.Equal(DkimVerdict.NotMail, Assert.Single(await Listed()).Dkim);
        Assert.Equal((7, 1, 1), await Card());
    }

    [Fact]
    public async Task DnsOutageAtTheSignedCopy_VouchesWhenTheDnsIsBack()
    {
        await Https(Report("r1").Json());
        Scene.Dns.Outage = "SERVFAIL";
        Assert.Equal(IngestionState.Duplicate, (await Mail(Signed("r1"))).State);
        Assert.Equal(DkimVerdict.NotMail, Assert.Single(await Listed()).Dkim);
        Scene.Dns.Outage = null;
        await Poll.Until(async () => await LookAgain() && Assert.Single(await Listed()).Dkim == DkimVerdict.Pass, Limit, "the copy's signature to be looked at again");
        Assert.Equal((7, 1, 0), await Card());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignedOnly_UnsignedTwin_LeavesNothingInQuarantine(bool signedFirst)
    {
        await Grains.Workspace(DomainScene.Workspace).SetCountsUnauthenticated(false, "owner");
        if (signedFirst)
            await Mail(Signed("r1"));
        var unsigned = await Https(Report("r1").Gzip());
        Assert.Equal(signedFirst ? IngestionState.Duplicate : IngestionState.Quarantined, unsigned.State);
        var other = await Https(Report("r2").Json());
        if (!signedFirst)
            Assert.Equal(IngestionState.Counted, (await Mail(Signed("r1"))).State);
        await Poll.Until(async () => (await Quarantine.GetSummary()).Items == 1, Limit, "the unsigned twin to go");
        Assert.Equal(other.EnvelopeId, Assert.Single((await Quarantine.List(null, 10)).Items).Id);
        Assert.Equal(IngestionState.Duplicate, (await Grains.Ingestion(unsigned.EnvelopeId).Get(DomainScene.Workspace))!.Outcome.State);
        Assert.Equal((7, 1, 0), await Card());
    }

    [Fact]
    public async Task ContradictingContents_SignedCopyOfOne_ClearsThatOneFromQuarantine()
    {
        await Https(Reported.Report("r1", Reported.Policy(Domain, 99)).Json());
        Assert.Equal(IngestionState.Quarantined, (await Https(Report("r1").Json())).State);
        Assert.Equal(IngestionState.Counted, (await Mail(Signed("r1"))).State);
        await Poll.Until(async () => (await Quarantine.GetSummary()).Items == 0, Limit, "the unsigned twin to go");
        Assert.Equal(2, (await Listed()).Count); // The forged one stays listed, until a member excludes it.
    }

    [Fact]
    public async Task BothAtOnce_AreOneReport()
    {
        for (var i = 0; i < 8; i++)
        {
            var id = "r" + Reported.Number(i);
            var outcomes = await Task.WhenAll(Https(Report(id).Json()), Mail(Signed(id)));
            Assert.Single(outcomes, outcome => outcome.State == IngestionState.Counted);
        }
        Assert.All(await Listed(), entry => Assert.Equal(DkimVerdict.Pass, entry.Dkim));
        Assert.Equal((56, 8, 0), await Card());
    }

    [Fact]
    public async Task CrashAfterTheUnsignedOne_SignedCopyVouchesOnce()
    {
        await Https(Report("r1").Json());
        await Scene.Cluster.CrashAsync();
        await Mail(Signed("r1"));
        await Mail(Signed("r1"));
        Assert.Equal((7, 1, 0), await Card());
    }

    [Fact]
    public async Task JunkFlood_KeepsOutNoReportAndDeletesNothingOfAnotherDomain()
    {
        await Scene.Claim("orchard.example");
        var kept = await Accept("source.https", Reported.Report("r0", Reported.Policy("unclaimed.example", 5)).Json(), "orchard.example");
        for (var i = 0; i < IQuarantineGrain.MaxItemsOfAddress + 20; i++)
            await Https(System.Text.Encoding.ASCII.GetBytes("junk " + Reported.Number(i)));
        Assert.Equal(IngestionState.Counted, (await Https(Report("r1").Json())).State);
        Assert.NotNull(await Grains.Ingestion(kept.EnvelopeId).GetRaw(DomainScene.Workspace));
        Assert.True((await Quarantine.GetSummary()).Items <= IQuarantineGrain.MaxItemsOfAddress + 1);
    }

    private static TlsReport Report(string id) => Reported.Report(id, Reported.Policy(Domain, 7));

    private static byte[] Signed(string id) => SignedMail.Sign(SignedMail.Unsigned(Report(id), Domain), Signer);

    /// <summary>The system clock was ahead when the mail came: its signature had not expired, and the report counts as vouched for.</summary>
    [Fact]
    public async Task Signed_ReceivedWhileTheClockWasAhead_HasNotExpired()
    {
        var mail = SignedMail.Sign(SignedMail.Unsigned(Report("r1"), Domain), Signer, adjust: signer => signer.SignaturesExpireAfter = TimeSpan.FromDays(7));

        await Accept("source.smtp", mail, Domain, TimeProvider.System.GetUtcNow().AddDays(20));

        Assert.Equal(DkimVerdict.Pass, Assert.Single(await Listed()).Dkim);
    }

    private Task<IngestionOutcome> Mail(byte[] raw) => Accept("source.smtp", raw, Domain);

    private Task<IngestionOutcome> Https(byte[] raw) => Accept("source.https", raw, Domain);

    private async Task<IngestionOutcome> Accept(string source, byte[] raw, string domain, DateTimeOffset? receivedAt = null)
    {
        var receipt = Assert.IsType<Receipt.Stored>(await Scene.Cluster.Services.GetRequiredService<IReportInbox>().AcceptAsync(
            new Envelope(source, receivedAt ?? Now, raw, (await Scene.View(domain)).Token, null, "192.0.2.7"), TestContext.Current.CancellationToken));
        return (await Grains.Ingestion(receipt.Id).Complete())!;
    }

    private async Task<bool> LookAgain()
    {
        Scene.Cluster.Clock.Advance(TimeSpan.FromHours(1));
        for (var lane = 0; lane < IIngestionLaneGrain.Lanes; lane++)
            await Grains.IngestionLane(lane).AsReference<IRemindable>().ReceiveReminder("wake", default);
        return true;
    }

    private async Task<IReadOnlyList<ReportEntry>> Listed(int most = 50) => (await ScorecardReader.ListReports(Grains, DomainScene.Workspace, Domain, null, most)).Items;

    private async Task<(long Sessions, int Reports, int Unauthenticated)> Card()
    {
        var grain = Grains.Scorecard(DomainScene.Workspace, Domain, DateOnly.FromDateTime(Reported.Day.UtcDateTime));
        await Poll.Until(async () =>
        {
            Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            return await grain.Get() is { IsRecounting: false };
        }, Limit, "the day to be counted anew");
        var day = (await grain.Get())!;
        return (day.Sessions.Successful, day.Reports, day.ByOrganization.Sum(organization => organization.Unauthenticated));
    }
}
