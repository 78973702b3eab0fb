using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Storage;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Orleans.Core.Internal;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>From the inbox to the scorecard on the real storage, once for each engine.</summary>
public abstract class ReportGrainTests : ReportSceneTests
{
    [Fact]
    public async Task Accept_SameReportInThreeEnvelopes_CountsOnce()
    {
        var report = Reported.Report("r1", Reported.Policy(Domain, 7, failures: (ResultTypes.CertificateExpired, "mx1.harbour.example", 2)));
        var first = await Deliver(report.Json());
        Assert.Equal(IngestionState.Counted, (await Complete(first)).State);
        var packed = await Deliver(report.Gzip());
        var again = await Deliver(report.Json());
        var uploaded = await Upload(report.Json());
        Assert.Equal(IngestionState.Duplicate, (await Complete(packed)).State);
        Assert.True(first.IsNew);
        Assert.False(again.IsNew);
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(IngestionState.Duplicate, (await Complete(uploaded)).State);
        var card = await Scorecard();
        Assert.Equal((new SessionTotals(7, 2), 1), (card.Sessions, card.Reports));
        Assert.Equal([new ScorecardFailure(ResultTypes.CertificateExpired, "mx1.harbour.example", "claimed: Bigmail Inc. (not verified)", PolicyTypes.Sts, 2)], Assert.Single(card.ByDay).Failures);
    }

    /// <summary>Senders omit members, and anyone may. What is counted must be readable by the next process.</summary>
    [Fact]
    public async Task Accept_ReportsThatLackMembers_AreCountedAndReadableAfterARestart()
    {
        var (delivered, number) = (new List<Receipt.Stored>(), 0);
        foreach (var member in new[] { "report-id", "organization-name", "contact-info" })
        {
            foreach (var value in new JsonNode?[] { Omitted, null, "", 17 })
            {
                var failing = Reported.Policy(Domain, 7, failures: (ResultTypes.CertificateExpired, number % 2 == 0 ? null : "mx1.harbour.example", 2));
                var report = JsonNode.Parse(Reported.Report($"r{++number}", failing with { Successful = number }).Json())!.AsObject();
                report.Remove(member);
                if (!ReferenceEquals(value, Omitted))
                    report[member] = value?.DeepClone();
                delivered.Add(await Deliver(System.Text.Encoding.UTF8.GetBytes(report.ToJsonString())));
            }
        }
        var states = new List<IngestionState>();
        foreach (var receipt in delivered)
            states.Add((await Complete(receipt)).State);
        Assert.DoesNotContain(IngestionState.Quarantined, states);
        var before = await Scorecard();
        Assert.Equal(delivered.Count, before.Reports);

        await Scene.Cluster.RestartAsync();
        var after = await Scorecard();
        Assert.Equal((before.Reports, before.Sessions), (after.Reports, after.Sessions));
        Assert.Equal(delivered.Count, (await ScorecardReader.ListReports(Scene.Cluster.Grains, DomainScene.Workspace, Domain, null, 100)).Items.Count);
        foreach (var receipt in delivered)
            Assert.NotEqual(IngestionState.Quarantined, (await Complete(receipt)).State);
        await Complete(await Deliver(Reported.Report("later", Reported.Policy(Domain, 1)).Json()));
        Assert.Equal(before.Reports + 1, (await Scorecard()).Reports);
    }

    private static readonly JsonNode Omitted = JsonValue.Create("omitted");

    [Fact]
    public async Task Accept_SameIdentityOtherContent_FirstStaysAndItIsSaid()
    {
        await Complete(await Deliver(Reported.Report("r1", Reported.Policy(Domain, 7)).Json()));
        var second = await Complete(await Deliver(Reported.Report("r1", Reported.Policy(Domain, 900)).Json()));
        Assert.Equal(IngestionState.Quarantined, second.State);
        Assert.Contains("other content", second.Reason, StringComparison.Ordinal);
        Assert.Equal([QuarantineCodes.Conflict], (await Quarantine.List(null, 10)).Items.Select(item => item.Code));
        Assert.Equal(7, (await Scorecard()).Sessions.Successful);
        Assert.Equal(IngestionState.Quarantined, (await Scene.Cluster.Grains.Ingestion(second.EnvelopeId).Replay(DomainScene.Workspace)).Value!.State);
        Assert.Equal(7, (await Scorecard()).Sessions.Successful);
    }

    /// <summary>Whoever runs many domains uploads what is about all of them: the order and number of the others change nothing.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    [InlineData(900)]
    public async Task Upload_WithManyForeignDomainsBeforeOwnOnes_CountsTheOwn(int foreign)
    {
        await Scene.Claim(Other);
        ReportedPolicy[] policies = [.. Enumerable.Range(0, foreign).Select(i => Reported.Policy($"d{i}.foreign.example", 1)), Reported.Policy(Other, 5), Reported.Policy(Domain, 7)];
        var outcome = await Complete(await Upload(Reported.Report("r1", policies).Json()));
        Assert.Equal(IngestionState.Counted, outcome.State);
        Assert.Equal((7, 5), ((await Scorecard()).Sessions.Successful, (await Scorecard(Other)).Sessions.Successful));
    }

    /// <summary>The first counts; each other stands in quarantine as a part of the delivery, and a copy of it does not clear it.</summary>
    [Fact]
    public async Task Accept_ConflictingReportsInOneDelivery_FirstCountsAndTheOthersAreInQuarantine()
    {
        byte[][] reports = [.. new[] { 10, 77, 5 }.Select(sessions => Reported.Report("r1", Reported.Policy(Domain, sessions)).Json())];
        var lines = reports.SelectMany(report => report.Append((byte)'\n')).ToArray();
        var delivered = await Complete(await Deliver(lines));
        Assert.Equal(IngestionState.Counted, delivered.State);
        Assert.Contains("other content", delivered.Reason, StringComparison.Ordinal);
        Assert.Equal(10, (await Scorecard()).Sessions.Successful);
        var item = Assert.Single((await Quarantine.List(null, 10)).Items);
        Assert.Equal([QuarantineCodes.Conflict, QuarantineCodes.Conflict], item.Parts.Select(part => part.Code));
        Assert.All(item.Parts, part => Assert.Contains("r1", part.Where, StringComparison.Ordinal));

        Assert.Equal(IngestionState.Counted, (await Scene.Cluster.Grains.Ingestion(delivered.EnvelopeId).Replay(DomainScene.Workspace)).Value!.State);
        Assert.Equal(10, (await Scorecard()).Sessions.Successful);
        Assert.Equal(2, Assert.Single((await Quarantine.List(null, 10)).Items).Parts.Count);
    }

    /// <summary>Whoever knows the report address can guess a report's name, and be first.</summary>
    [Fact]
    public async Task Accept_WhatAMemberVouchesForAfterAForgery_IsCountedAndSaysSo()
    {
        var forged = await Deliver(Reported.Report("r1", Reported.Policy(Domain, 900)).Json());
        await Complete(forged);
        var genuine = Reported.Report("r1", Reported.Policy(Domain, 7, failures: (ResultTypes.CertificateExpired, "mx1.harbour.example", 2)));
        Assert.Equal(IngestionState.Counted, (await Complete(await Upload(genuine.Json()))).State);
        Assert.Equal(IngestionState.Duplicate, (await Complete(await Upload(genuine.Gzip()))).State);

        var card = await Scorecard();
        Assert.Equal((2, 1), (card.Reports, card.Unauthenticated));
        Assert.Equal(2, card.Sessions.Failed);
        var entries = (await ScorecardReader.ListReports(Scene.Cluster.Grains, DomainScene.Workspace, Domain, null, 10)).Items;
        Assert.Equal([forged.Id, null], entries.Select(entry => entry.Contradicts));
    }

    [Fact]
    public async Task Accept_OneReportOutOfRangeBesideAGoodOne_SaysSo()
    {
        var good = Reported.Report("r1", Reported.Policy(Domain, 1)).Json();
        var old = (Reported.Report("r2", Reported.Policy(Domain, 1)) with { Start = Now.AddYears(-20), End = Now.AddYears(-20).AddDays(1) }).Json();
        using var packed = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(packed, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in new[] { ("a.json", good), ("b.json", old) })
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync(TestContext.Current.CancellationToken);
                await entry.WriteAsync(content, TestContext.Current.CancellationToken);
            }
        }
        var outcome = await Complete(await Deliver(packed.ToArray()));
        Assert.Equal(IngestionState.Counted, outcome.State);
        Assert.Contains(outcome.Mended, note => note.Contains("2006", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Accept_StsAndTlsaForTheSameSessions_CountsTheLargerNotTheSum()
    {
        var report = Reported.Report("r1", Reported.Policy(Domain, 40, failures: (ResultTypes.StsPolicyFetchError, null, 3)), Reported.Policy(Domain, 41, PolicyTypes.Tlsa));
        await Complete(await Deliver(report.Json()));
        var card = await Scorecard();
        Assert.Equal(new SessionTotals(40, 3), card.Sessions);
        Assert.Equal([new PolicyTypeTotals(PolicyTypes.Sts, 40, 3) { FailedInDetails = 3 }, new PolicyTypeTotals(PolicyTypes.Tlsa, 41, 0)], card.ByPolicyType);
        var organization = Assert.Single(card.ByOrganization);
        Assert.Equal(("claimed: Bigmail Inc. (not verified)", 40, 3, 1), (organization.Organization, organization.Successful, organization.Failed, organization.Reports));
        Assert.Equal([new PolicyTypeTotals(PolicyTypes.Sts, 40, 3), new PolicyTypeTotals(PolicyTypes.Tlsa, 41, 0)], organization.ByPolicyType);
        Assert.Null(Assert.Single(card.ByMxHost).MxHost);
    }

    [Fact]
    public async Task Envelope_OfAnotherWorkspace_IsNotThere()
    {
        var receipt = await Deliver(Reported.Report("r1", Reported.Policy(Domain, 7)).Json());
        await Complete(receipt);
        var envelope = Scene.Cluster.Grains.Ingestion(receipt.Id);
        Assert.Null(await envelope.Get("ws-other"));
        Assert.Null(await envelope.GetRaw("ws-other"));
        Assert.Equal(RefusalCodes.NotFound, (await envelope.Replay("ws-other")).Refusal!.Code);
        Assert.Equal(0, (await ScorecardReader.LoadScorecard(Scene.Cluster.Grains, "ws-other", Domain, Day, Day, Now)).Reports);
    }

    [Fact]
    public async Task Accept_ReportOfTwoDomains_FillsBothScorecardsFromOneEnvelope()
    {
        await Scene.Claim(Other);
        var outcome = await Complete(await Upload(Reported.Report("r1", Reported.Policy(Domain, 1), Reported.Policy(Other, 2)).Json()));
        Assert.Equal([Domain, Other], outcome.Domains.Order());
        Assert.Equal(1, (await Scorecard()).Sessions.Successful);
        Assert.Equal(2, (await Scorecard(Other)).Sessions.Successful);
    }

    [Fact]
    public async Task Accept_DaneReportUnderTheMxHostsName_CountsForTheDomainItWasAddressedTo()
    {
        Scene.Dns.Publish(Domain, DnsType.Mx, "mx1.provider.example");
        await Scene.Check(Domain);
        var outcome = await Complete(await Deliver(Reported.Report("r1", Reported.Policy("mx1.provider.example", 9, PolicyTypes.Tlsa)).Json()));
        Assert.Equal(IngestionState.Counted, outcome.State);
        Assert.Equal(9, (await Scorecard()).Sessions.Successful);
        var elsewhere = await Complete(await Deliver(Reported.Report("r2", Reported.Policy("mx9.provider.example", 9, PolicyTypes.Tlsa)).Json()));
        Assert.Equal(IngestionState.Quarantined, elsewhere.State);
    }

    [Fact]
    public async Task Knows_Token_IsKnownInAnyCaseAndNothingElseIs()
    {
        var token = (await Scene.View(Domain)).Token;
        Assert.Equal(TokenKnowledge.Known, await Inbox.KnowsAsync(token, TestContext.Current.CancellationToken));
        Assert.Equal(TokenKnowledge.Known, await Inbox.KnowsAsync(token.ToUpperInvariant(), TestContext.Current.CancellationToken));
        foreach (var other in new[] { "aaaaaaaaaaaaaaaaaaaaaaaaaa", "", "short", token + "a", new string('a', 10_000), "../../../../../../../../../a" })
            Assert.Equal(TokenKnowledge.Unknown, await Inbox.KnowsAsync(other, TestContext.Current.CancellationToken));
        Assert.Equal(TokenKnowledge.Unavailable, await Inbox.KnowsAsync("bbbbbbbbbbbbbbbbbbbbbbbbbb", new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Accept_UnknownToken_IsRefused()
    {
        var report = Reported.Report("r1", Reported.Policy(Domain, 1)).Json();
        foreach (var token in new[] { "aaaaaaaaaaaaaaaaaaaaaaaaaa", "", "short", new string('a', 10_000), "../../../../../../../../../a" })
            Assert.IsType<Receipt.UnknownToken>(await Inbox.AcceptAsync(new Envelope("source.https", Now, report, token, null), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ListReports_AcrossMonthsInSmallPages_ListsEachOnceNewestFirst()
    {
        for (var i = 0; i < 25; i++)
        {
            var report = Reported.Report($"r{i}", Reported.Policy(Domain, 1)) with { Start = Reported.Day.AddDays(-5 * i), End = Reported.Day.AddDays((-5 * i) + 1) };
            await Complete(await Deliver(report.Json()));
        }
        var listed = new List<ReportEntry>();
        string? next = null;
        do
        {
            var page = await ScorecardReader.ListReports(Scene.Cluster.Grains, DomainScene.Workspace, Domain, next, 4);
            listed.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"r{i}"), listed.Select(entry => entry.ReportId));
    }

    [Fact]
    public async Task Accept_ManyAtOnceThroughACrash_CountsEachAcknowledgedOnce()
    {
        const int count = 120;
        var reports = Enumerable.Range(0, count).Select(i => Reported.Report($"r{i}", Reported.Policy(Domain, 1 << (i % 8)))).ToArray();
        var token = (await Scene.View(Domain)).Token;
        var inbox = Inbox;
        var acknowledged = new bool[count];
        var tries = reports.Select(async (report, i) =>
        {
            try
            {
                acknowledged[i] = await inbox.AcceptAsync(new Envelope("source.https", Now, report.Gzip(), token, null), TestContext.Current.CancellationToken) is Receipt.Stored;
            }
            catch (Exception)
            {
                // The silo died under it: not acknowledged.
            }
        }).ToArray();
        await Poll.Until(() => acknowledged.Any(done => done), Limit, "the first acknowledgement");
        await Scene.Cluster.CrashAsync();
        _ = Task.WhenAll(tries); // Those still waiting wait for a silo that is gone.
        for (var i = 0; i < count; i++)
        {
            // A sender that was not told goes on until it is; a last write of the dead silo may still be on its way to the store and turn one try down.
            var envelope = new Envelope("source.https", Now, reports[i].Gzip(), token, null);
            if (!Volatile.Read(ref acknowledged[i]))
                await Poll.Until(async () => await Inbox.AcceptAsync(envelope, TestContext.Current.CancellationToken) is Receipt.Stored, Limit, "it is taken");
        }
        await Poll.Until(
            async () =>
            {
                Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1)); // Grains carry on by their timers.
                return (await Scorecard()).Reports == count;
            },
            Limit,
            "every report to be counted");
        Assert.Equal(reports.Sum(report => report.Policies[0].Successful), (await Scorecard()).Sessions.Successful);
    }

    [Fact]
    public async Task Lane_WhoseWakeAtTheStartWasLost_CarriesOnWithTheNextCall()
    {
        var grains = Scene.Cluster.Grains;
        // Stored and not counted, as a silo leaves it that dies between the two.
        var message = new EnvelopeMessage
        {
            Source = "source.https",
            ReceivedAt = Now,
            Raw = Reported.Report("r1", Reported.Policy(Domain, 7)).Json(),
            WorkspaceId = DomainScene.Workspace,
            Domain = Domain,
            Token = (await Scene.View(Domain)).Token,
        };
        var services = Scene.Cluster.Services;
        Assert.NotNull(await services.GetRequiredService<EnvelopeStorage>().WriteAsync("rp-left-behind", null, await services.GetRequiredService<EnvelopeIntake>().Read(message, "rp-left-behind", null)));
        for (var lane = 0; lane < IIngestionLaneGrain.Lanes; lane++)
            await grains.IngestionLane(lane).Cast<IGrainManagementExtension>().DeactivateOnIdle();
        Assert.Equal(0, (await Scorecard()).Reports);

        for (var lane = 0; lane < IIngestionLaneGrain.Lanes; lane++)
            await grains.IngestionLane(lane).Wake();

        await Poll.Until(
            async () =>
            {
                Scene.Cluster.Clock.Advance(TimeSpan.FromMilliseconds(2)); // No reminder comes in that time.
                return (await Scorecard()).Reports == 1;
            },
            Limit,
            "the report to be counted");
    }

    [Fact]
    public async Task Accept_RandomReports_ScorecardEqualsTheIndependentSum()
    {
        await Scene.Claim(Other);
        var random = new Random(20260301);
        var reports = ReportedSum.Make(random, 150, Domain, Other);
        await Parallel.ForEachAsync(reports, async (report, _) => await Complete(await Upload(report.Gzip())));
        foreach (var domain in new[] { Domain, Other })
            ReportedSum.AssertEqual(reports, domain, await Scorecard(domain));
    }

    [Fact]
    public async Task RemoveDomain_WithReports_ErasesItsScorecards()
    {
        await Complete(await Deliver(Reported.Report("r1", Reported.Policy(Domain, 7)).Json()));
        Assert.NotEmpty(await Scene.Cluster.Grains.ScorecardDays(DomainScene.Workspace, Domain).ListDays());
        await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).RemoveDomain(Domain, "owner");
        await Poll.Until(async () => !await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).HasClaim(Domain), Limit, "the claim to go");
        Assert.Empty(await Scene.Cluster.Grains.ScorecardDays(DomainScene.Workspace, Domain).ListDays());
        Assert.Equal(0, (await Scorecard()).Reports);
    }
}

public sealed class SqliteReportGrainTests : ReportGrainTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

public sealed class PostgresReportGrainTests : ReportGrainTests
{
    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
