using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application.Reports;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>
/// Reports while a part of everything that grains read and write fails, or is carried out and reported as failed, through crashes of the silo.
/// Once for each engine. The seed in the output makes the same reports and dice; the silo's threads have their own order.
/// </summary>
public abstract class StorageFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Domain = "harbour.example";
    private const string Other = "orchard.example";
    private const int Reports = 240;

    /// <summary>A page of reports is let go as one: it is done when none of its envelopes' many reads and writes failed.</summary>
    private const int FewReports = 15;

    private const int Crashes = 2;
    private const int MostDeliveries = 3;
    private const int Senders = 8;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("MTASTS_SEED"), out var given) ? given : Environment.TickCount;
    private StorageFaults faults = null!;
    private TempStore? store;
    private DomainScene? scene;

    private DomainScene Scene => scene!;

    private IReportInbox Inbox => Scene.Cluster.Services.GetRequiredService<IReportInbox>();

    public async ValueTask InitializeAsync()
    {
        output.WriteLine($"seed {seed}");
        faults = new StorageFaults(seed);
        store = await NewStoreAsync();
        scene = await DomainScene.StartAsync(store, faults: faults);
        await Scene.Claim(Domain);
        await Scene.Claim(Other);
    }

    public async ValueTask DisposeAsync()
    {
        faults.AreOn = false;
        if (scene is not null)
            await scene.Cluster.DisposeAsync();
        if (store is not null)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Accept_WhileStorageFailsAtRandom_CountsEachReportOnce()
    {
        var random = new Random(seed);
        var reports = ReportedSum.Make(random, Reports, Domain, Other);
        await DeliverAll(reports, random);
        faults.AreOn = false;
        await Counted(reports);

        Assert.Empty((await Scene.Cluster.Grains.Quarantine(DomainScene.Workspace).List(null, 10)).Items);
        foreach (var domain in new[] { Domain, Other })
            ReportedSum.AssertEqual(reports, domain, await Scorecard(domain));
        await Scene.Cluster.RestartAsync(); // What is shown is what is stored.
        foreach (var domain in new[] { Domain, Other })
            ReportedSum.AssertEqual(reports, domain, await Scorecard(domain));
        output.WriteLine($"{faults.RefusedCalls} calls refused, {faults.LostAnswers} answers lost");
        Assert.True(faults.RefusedCalls > Reports / 4 && faults.LostAnswers > Reports / 4, "Storage hardly failed: nothing was proven.");
    }

    [Fact]
    public async Task RemoveDomain_WhileStorageFailsAtRandom_LeavesNothingOfIt()
    {
        var random = new Random(seed);
        var reports = ReportedSum.Make(random, FewReports, Domain);
        await DeliverAll(reports, random);
        faults.AreOn = false;
        await Counted(reports);
        faults.AreOn = true;

        await Poll.Until(() => Succeeds(async () => Assert.True((await Scene.Cluster.Grains.Workspace(DomainScene.Workspace).RemoveDomain(Domain, "owner")).IsDone)), Limit, "the order to be taken");
        string[] left = [];
        try
        {
            await Poll.Until(
                async () =>
                {
                    Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(40)); // What failed is tried again after a while.
                    await Succeeds(() => Scene.Wake(Domain));
                    left = [.. (await StoredRows.OfAsync(store!)).Where(IsOfADomain).Select(row => $"{row.State} {row.Key}: {row.Content}")];
                    return left.Length == 0;
                },
                Limit,
                "every row of it to go");
        }
        finally
        {
            output.WriteLine($"{faults.RefusedCalls} calls refused, {faults.LostAnswers} answers lost; left: {string.Join("\n", left)}");
        }
        Assert.True(faults.LostAnswers > 0);

        // The domain's own row stays for the owner's history elsewhere; both claims' words have their own rows.
        static bool IsOfADomain((string State, string Key, string Content) row) =>
            row.State is "ingestion" or "scorecard-day" or "scorecard-page" or "scorecard-days" || (row.State != "domain" && row.Key.Contains(Domain, StringComparison.Ordinal));
    }

    /// <summary><see cref="TempStore.Sqlite"/> or <see cref="TempStore.PostgresAsync"/>.</summary>
    protected abstract Task<TempStore> NewStoreAsync();

    private static async Task<bool> Succeeds(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            return false; // Storage failed it.
        }
    }

    /// <summary>Each one to three times, as different bytes or the same, until it is taken; the silo dies in between.</summary>
    private async Task DeliverAll(TlsReport[] reports, Random random)
    {
        byte[][] deliveries = [.. reports.SelectMany(report => Enumerable.Range(0, random.Next(1, MostDeliveries + 1)).Select(_ => random.Next(2) == 0 ? report.Json() : report.Gzip()).ToArray())];
        random.Shuffle(deliveries);
        // By a report address, where a silo's intake takes it in, or as an upload, which has a grain of its own from the beginning.
        string?[] tokens = [(await Scene.View(Domain)).Token, null];
        faults.AreOn = true;
        foreach (var part in deliveries.Chunk((deliveries.Length / (Crashes + 1)) + 1))
        {
            var inbox = Inbox;
            await Parallel.ForEachAsync(part, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (raw, cancellationToken) => await Poll.Until(
                async () =>
                {
                    Scene.Cluster.Clock.Advance(TimeSpan.FromMilliseconds(100)); // Grains continue by their timers.
                    var token = tokens[raw.Length % tokens.Length];
                    return await inbox.AcceptAsync(new Envelope("source.https", Scene.Cluster.Clock.GetUtcNow(), raw, token, token is null ? DomainScene.Workspace : null), cancellationToken) is Receipt.Stored;
                },
                Limit,
                "it is taken"));
            faults.AreOn = false; // A silo that cannot start is another test's.
            await Scene.Cluster.CrashAsync();
            faults.AreOn = true;
        }
    }

    private Task Counted(TlsReport[] reports) => Poll.Until(
        async () =>
        {
            Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await StoredRows.OfAsync(store!)).All(row => row.State != "ingestion" || !row.Content.Contains("\"state\":\"stored\"", StringComparison.Ordinal))
                && (await Scorecard(Domain)).Reports == reports.Count(report => report.Policies.Any(policy => policy.PolicyDomain == Domain));
        },
        Limit,
        "every report to be counted");

    private Task<ScorecardView> Scorecard(string domain)
    {
        var day = DateOnly.FromDateTime(Reported.Day.UtcDateTime);
        return ScorecardReader.LoadScorecard(Scene.Cluster.Grains, DomainScene.Workspace, domain, day.AddDays(-1), day.AddDays(1), Scene.Cluster.Clock.GetUtcNow());
    }
}

[LongForm]
public sealed class SqliteStorageFaultTests(ITestOutputHelper output) : StorageFaultTests(output)
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

public sealed class PostgresStorageFaultTests(ITestOutputHelper output) : StorageFaultTests(output)
{
    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
