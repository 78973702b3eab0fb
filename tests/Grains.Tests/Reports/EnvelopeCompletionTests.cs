using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Storage;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Orleans.Storage;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>An envelope that two complete at the same time, or whose writes are lost on the way.</summary>
public sealed class EnvelopeCompletionTests : IAsyncLifetime
{
    private const string Domain = "harbour.example";
    private const string Other = "orchard.example";
    private const string Id = "rp-of-this-test";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly StorageFaults faults = new(1);
    private TempStore store = null!;
    private DomainScene scene = null!;

    private IGrainFactory Grains => scene.Cluster.Grains;

    private IServiceProvider Services => scene.Cluster.Services;

    public async ValueTask InitializeAsync()
    {
        store = TempStore.Sqlite();
        scene = await DomainScene.StartAsync(store, faults: faults);
        await scene.Claim(Domain);
    }

    public async ValueTask DisposeAsync()
    {
        await scene.Cluster.DisposeAsync();
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Complete_OvertakenByAnother_SettlesTheShareOnce()
    {
        var completion = Services.GetRequiredService<EnvelopeCompletion>();
        var record = (await Services.GetRequiredService<EnvelopeIntake>().Admit(await ReadAsync(Reported.Report("r1", Reported.Policy(Domain, 1)).Json()), false))!;
        var stored = new StoredEnvelope(Services.GetRequiredService<EnvelopeStorage>(), Id, record);
        Assert.True(await stored.Insert());

        await Assert.ThrowsAsync<InconsistentStateException>(() => completion.Complete(new Overtaken(stored)));
        Assert.DoesNotContain(await StoredRows.OfAsync(store), IsShare);

        await completion.Complete(stored);
        Assert.Contains(await StoredRows.OfAsync(store), IsShare);
        Assert.Equal((IngestionState.Counted, IntakeCharge.None, false), (stored.Record.State, stored.Record.Charge, stored.Record.IsOpen));
        Assert.Equal(1, (await Grains.Scorecard(DomainScene.Workspace, Domain, DateOnly.FromDateTime(Reported.Day.UtcDateTime)).Get())!.Reports);

        static bool IsShare((string State, string Key, string Content) row) => row.State == StateNames.KnownReporters;
    }

    [Fact]
    public async Task Complete_ByManyAtOnce_CountsOnceAndEnds()
    {
        for (var round = 0; round < 10; round++)
        {
            var report = Reported.Report("r" + Reported.Number(round), Reported.Policy(Domain, 1)).Json();
            var receipt = Assert.IsType<Receipt.Stored>(await Accept(report));
            await Task.WhenAll(Enumerable.Range(0, 5).Select(async i => Assert.NotNull(i % 2 == 0 ? await Grains.Ingestion(receipt.Id).Complete() : await Again(report))));
        }
        var day = (await Grains.Scorecard(DomainScene.Workspace, Domain, DateOnly.FromDateTime(Reported.Day.UtcDateTime)).Get())!;
        Assert.Equal((10, 10), (day.Reports, day.Sessions.Successful));
        await Poll.Until(async () => (await StoredRows.OfAsync(store)).Where(row => row.State == "ingestion").All(row => row.Content.Contains("\"open\":false", StringComparison.Ordinal)), Limit, "every envelope ends");

        async Task<object> Again(byte[] raw)
        {
            Assert.False(Assert.IsType<Receipt.Stored>(await Accept(raw)).IsNew);
            return raw;
        }
    }

    /// <summary>Idle stateless workers are removed within a second, other activations later: neither may take the memory of an unfinished envelope with it.</summary>
    [Fact]
    public async Task Complete_FailedAndEveryActivationRemoved_IsRetriedBeforeTheLanesReminder()
    {
        faults.LosesAnswerOf = state => state is ScorecardDayState;
        Assert.IsType<Receipt.Stored>(await Accept(Reported.Report("r1", Reported.Policy(Domain, 1)).Json()));
        await Poll.Until(() => faults.LosesAnswerOf is null, Limit, "the scorecard's write fails");
        await Poll.Until(() => Services.GetRequiredService<OpenEnvelopes>().Failed == 1, Limit, "the failure is known");

        await Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        scene.Cluster.Clock.Advance(OpenEnvelopes.RetryAfter);

        await Poll.Until(async () => (await Grains.Scorecard(DomainScene.Workspace, Domain, DateOnly.FromDateTime(Reported.Day.UtcDateTime)).Get())?.Reports == 1, Limit, "the report is counted");
        await Poll.Until(async () => (await StoredRows.OfAsync(store)).Where(row => row.State == "ingestion").All(row => row.Content.Contains("\"open\":false", StringComparison.Ordinal)), Limit, "the envelope ends");
        await Poll.Until(() => Services.GetRequiredService<OpenEnvelopes>().Failed == 0, Limit, "it is not retried any more");
    }

    [Fact]
    public async Task Forget_AnswerOfTheDeletionLost_IsNotTakenForAnEnvelopeThatIsThere()
    {
        var receipt = Assert.IsType<Receipt.Stored>(await Accept(Reported.Report("r1", Reported.Policy(Domain, 1)).Json()));
        await Grains.Ingestion(receipt.Id).Complete();
        faults.LosesAnswerOf = state => state is IngestionRecord;

        await Assert.ThrowsAnyAsync<Exception>(() => Grains.Ingestion(receipt.Id).Forget(DomainScene.Workspace, Domain));
        Assert.Null(faults.LosesAnswerOf); // It was lost.

        Assert.Null(await Grains.Ingestion(receipt.Id).Get(DomainScene.Workspace));
        await Grains.Ingestion(receipt.Id).Forget(DomainScene.Workspace, Domain);
        Assert.DoesNotContain(await StoredRows.OfAsync(store), row => row.State.StartsWith("ingestion", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Complete_LaterClaimRemovedBeforeItIsCounted_KeepsWhatTheOtherDomainCounted()
    {
        var both = Reported.Report("r1", Reported.Policy(Domain, 1), Reported.Policy(Other, 2)).Json();
        var receipt = Assert.IsType<Receipt.Stored>(await Accept(both));
        Assert.Equal([Domain], (await Grains.Ingestion(receipt.Id).Complete())!.Domains);
        await scene.Claim(Other);
        // The copy is stored for the later claim. The grain's timer waits for the clock, which stands still.
        Assert.True(Assert.IsType<Receipt.Stored>(await Accept(both)).IsNew);
        await Grains.Workspace(DomainScene.Workspace).RemoveDomain(Other, "owner");
        await Poll.Until(async () => await Grains.Workspace(DomainScene.Workspace).HasClaim(Other) is false, Limit, "the domain to go");

        Assert.Equal([Domain], (await Grains.Ingestion(receipt.Id).Complete())!.Domains);
        Assert.NotNull(await Grains.Ingestion(receipt.Id).GetRaw(DomainScene.Workspace));
        Assert.Equal(1, (await Grains.Scorecard(DomainScene.Workspace, Domain, DateOnly.FromDateTime(Reported.Day.UtcDateTime)).Get())!.Reports);
    }

    /// <summary>Two calls that interleave both register it; only the later registration can be unregistered.</summary>
    [Fact]
    public async Task Quarantine_ReminderRegisteredAgainMeanwhile_IsUnregisteredWhenItCloses()
    {
        var quarantine = Grains.Quarantine(DomainScene.Workspace);
        await quarantine.Put(new QuarantineItem(Id, scene.Cluster.Clock.GetUtcNow(), "source.https", 1, QuarantineCodes.NotYours, "", null));
        var table = Services.GetRequiredService<IReminderTable>();
        await table.UpsertRow((await table.ReadRow(quarantine.GetGrainId(), "retain"))!);
        await quarantine.Remove(Id);

        Assert.True(await quarantine.Close());
        Assert.DoesNotContain(await StoredRows.RemindersOfAsync(store), grain => grain.Contains("quarantine", StringComparison.Ordinal));
    }

    private async Task<IngestionRecord> ReadAsync(byte[] raw) => await Services.GetRequiredService<EnvelopeIntake>().Read(
        new EnvelopeMessage { Source = "source.https", ReceivedAt = scene.Cluster.Clock.GetUtcNow(), Raw = raw, WorkspaceId = DomainScene.Workspace, Domain = Domain, Token = await TokenAsync() }, Id, null);

    private async Task<string> TokenAsync() => (await scene.View(Domain)).Token;

    private async Task<Receipt> Accept(byte[] raw) =>
        await Services.GetRequiredService<IReportInbox>().AcceptAsync(new Envelope("source.https", scene.Cluster.Clock.GetUtcNow(), raw, await TokenAsync(), null), TestContext.Current.CancellationToken);

    /// <summary>Somebody else has written the end first.</summary>
    private sealed class Overtaken(IStoredEnvelope stored) : IStoredEnvelope
    {
        public string Id => stored.Id;

        public IngestionRecord Record => stored.Record;

        public Task Write(IngestionRecord next) => throw EnvelopeStorage.Conflict(Id, null);

        public Task Delete() => throw EnvelopeStorage.Conflict(Id, null);
    }
}
