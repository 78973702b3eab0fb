using System.Diagnostics;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Fire;

/// <summary>
/// Exactly once under fire: reports through all sources at once, each sent one to three times, while the process is killed and its storage fails
/// at random. The scorecards are what an independent sum says.
/// </summary>
public abstract class FireTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static int Reports => LongFormAttribute.IsOn ? 10_000 : 150;

    private static int Kills => LongFormAttribute.IsOn ? 100 : 4;

    /// <summary>Milliseconds: between two faults at most, and after the moment that a kill waits for.</summary>
    private const int LongestBetweenFaults = 5_000;

    private const int LongestMoment = 300;

    /// <summary>Characters of each end of what a host wrote that did not start.</summary>
    private const int ShownOfAFailure = 1_500;

    [Fact]
    public async Task Reports_ByAllWaysUnderKillsAndStorageFaults_ScorecardsEqualTheIndependentSum()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MTASTS_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed}, {Reports} reports, {Kills} kills");
        var random = new Random(seed);
        var reports = FireReports.Make(Reports, random, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        var plan = FirePlan.Make(reports, random);
        var watch = Stopwatch.StartNew();
        await using var store = await StartStoreAsync();
        await using var scene = await FireScene.StartAsync(store.Settings);
        store.Use(scene.Host);
        var senders = new FireSenders(scene, plan);
        using (var end = new CancellationTokenSource())
        {
            using var well = new CancellationTokenSource();
            var sending = senders.RunAsync(end.Token);
            var failing = FailAsync(store, new Random(seed + 1), well.Token);
            try
            {
                await KillAsync(scene, senders, plan.Length, random, sending);
                await sending.WaitAsync(2 * Limit);
            }
            finally
            {
                await well.CancelAsync();
                await failing;
                await end.CancelAsync();
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                output.WriteLine($"{plan.Length} deliveries ({senders.ByWay}), {senders.Tries} tries; {scene.Kills} kills, {scene.FailedStarts.Count} starts failed; {store.Faults} faults: {store.Told}; after {watch.Elapsed.TotalSeconds:0} s. Not acknowledged: {senders.Refusals}");
                foreach (var failed in scene.FailedStarts)
                    output.WriteLine($"A start failed: {failed[..Math.Min(failed.Length, ShownOfAFailure)]} … {failed[^Math.Min(failed.Length, ShownOfAFailure)..]}");
            }
        }

        await EmptyAsync(scene, plan);
        await scene.SettleAsync(store, Limit);
        await AssertAsync(scene, reports, "when all is done");
        await scene.RestartAsync(); // What is shown is what is stored.
        await AssertAsync(scene, reports, "after an orderly start");
        Assert.Empty((await scene.Api.GetAsync("quarantine"))["items"]!.AsArray());
        Assert.DoesNotContain("of the spool was set aside", scene.Host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("set aside: the log says why", await scene.Host.Client.GetStringAsync(new Uri(scene.Host.GatewayUrl, "/readyz")), StringComparison.Ordinal);
        // Else nothing was proven.
        Assert.Equal(Kills, scene.Kills);
        Assert.InRange(scene.Envelopes.Counted, 1, plan.Length);
        Assert.InRange(scene.Envelopes.Duplicates, 1, plan.Length - 1);
        // The few faults of the short form meet one of the two steps; the many of the long form meet both.
        Assert.True(LongFormAttribute.IsOn ? scene.Failures is { NotStored: > 0, NotCounted: > 0 } : scene.Failures.NotStored + scene.Failures.NotCounted > 0, $"Storage failed nobody: {scene.Failures}");
        output.WriteLine($"{scene.Failures.NotStored} times a report was not stored, {scene.Failures.NotCounted} times an envelope was put off; envelopes: {scene.Envelopes.Counted} counted, {scene.Envelopes.Duplicates} brought nothing new; {watch.Elapsed.TotalSeconds:0} s in all");
    }

    private protected abstract Task<IFireStore> StartStoreAsync();

    private static async Task KillAsync(FireScene scene, FireSenders senders, int deliveries, Random random, Task sending)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            var moment = (int)(deliveries * (kill + random.NextDouble()) / Kills);
            await Poll.Until(() => senders.Acknowledged >= moment || sending.IsCompleted, Limit, $"acknowledgement {moment}");
            if (sending.IsFaulted)
                await sending;
            await Task.Delay(random.Next(LongestMoment));
            await scene.KillAsync();
        }
    }

    private static async Task FailAsync(IFireStore store, Random random, CancellationToken well)
    {
        while (!well.IsCancellationRequested)
        {
            await Task.Delay(random.Next(LongestBetweenFaults), well).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!well.IsCancellationRequested)
                await store.FailAsync(random);
        }
    }

    /// <summary>Every mail was taken out of its mailbox, and none put aside.</summary>
    private static async Task EmptyAsync(FireScene scene, FireDelivery[] plan)
    {
        var mails = plan.CountBy(delivery => delivery.Way).ToDictionary();
        await Poll.Until(() => Count("new") + Count("cur") == 0, Limit, "the Maildir is empty");
        Assert.Equal((mails[FireWay.Maildir], 0), (Count(".Processed/cur"), Count(".Unclaimed/cur")));
        using var client = await FireImap.ConnectAsync(scene.Dovecot.Port);
        await Poll.Until(async () => await FireImap.CountAsync(client, "INBOX") == 0, Limit, "the mailbox is empty");
        Assert.Equal((mails[FireWay.Imap], 0), (await FireImap.CountAsync(client, "Processed"), await FireImap.CountAsync(client, "Unclaimed")));

        int Count(string part) => Directory.Exists(Path.Combine(scene.Maildir, part)) ? Directory.GetFiles(Path.Combine(scene.Maildir, part)).Length : 0;
    }

    private static async Task AssertAsync(FireScene scene, FireReport[] reports, string moment)
    {
        foreach (var domain in FireReports.Domains)
        {
            var expected = FireSum.Of(domain, reports);
            var actual = FireSum.Of(await scene.Api.GetAsync($"domains/{domain}/scorecard"));
            Assert.True(expected.Reports == actual.Reports, $"{domain} {moment}: {actual.Reports} reports are counted instead of {expected.Reports}.");
            Assert.Equal(expected.Lines, actual.Lines);
        }
    }
}

[LongForm]
public sealed class SqliteFireTests(ITestOutputHelper output) : FireTests(output)
{
    private protected override Task<IFireStore> StartStoreAsync() => Task.FromResult<IFireStore>(new LockedSqlite());
}

public sealed class PostgresFireTests(ITestOutputHelper output) : FireTests(output)
{
    private protected override async Task<IFireStore> StartStoreAsync() => await UnreliablePostgres.StartAsync();
}
