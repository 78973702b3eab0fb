using Microsoft.Extensions.DependencyInjection;
using MtaSts.Peers;
using Orleans.Storage;
using Xunit;

namespace MtaSts.Grains.Tests.Cluster;

/// <summary>What every suite on <see cref="TestCluster"/> relies on, once for each engine.</summary>
public abstract class TestClusterTests(ClusterFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private protected ClusterFixture Fixture { get; } = fixture;

    private TestCluster Cluster { get; } = fixture.Cluster;

    [Fact]
    public async Task Restart_AfterWrite_FindsWhatWasWritten()
    {
        await using var store = await Fixture.NewStoreAsync();
        await using var cluster = await TestCluster.StartAsync(store);
        await cluster.Grains.GetGrain<INoteGrain>("nt-kept").Set("kept");

        await cluster.RestartAsync();
        Assert.Equal("kept", await cluster.Grains.GetGrain<INoteGrain>("nt-kept").Get());

        await cluster.CrashAsync();
        Assert.Equal("kept", await cluster.Grains.GetGrain<INoteGrain>("nt-kept").Get());
    }

    [Fact]
    public async Task Clock_WhenAdvanced_IsTheGrainsClock()
    {
        var note = Cluster.Grains.GetGrain<INoteGrain>("nt-clock");
        var before = await note.Now();

        Cluster.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(before.AddDays(1), await note.Now());
    }

    [Fact]
    public async Task Reminder_WhenClockAdvances_Ticks()
    {
        var note = Cluster.Grains.GetGrain<INoteGrain>("nt-reminder");
        await note.Remind(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
        Assert.Empty(await note.Ticks());

        for (var tick = 1; tick <= 3; tick++)
        {
            Cluster.Clock.Advance(TimeSpan.FromMinutes(3));
            await Poll.Until(async () =>
            {
                if ((await note.Ticks()).Length >= tick)
                    return true;
                // The reminder's next timer is set after the tick: it may have missed the time that has passed already.
                Cluster.Clock.Advance(TimeSpan.FromSeconds(10));
                return false;
            }, Limit, $"reminder tick {tick}");
        }
    }

    [Fact]
    public async Task Write_OverAnotherWriter_ConflictsAndNextCallReloads()
    {
        var note = Cluster.Grains.GetGrain<INoteGrain>("nt-conflict");
        await note.Set("first");
        await OverwriteBehindItsBackAsync(note.GetGrainId(), "other");

        await Assert.ThrowsAsync<InconsistentStateException>(() => note.Set("second"));

        Assert.Equal("other", await note.Get());
    }

    private async Task OverwriteBehindItsBackAsync(GrainId grain, string text)
    {
        var storage = Cluster.Services.GetRequiredKeyedService<IGrainStorage>(StateNames.Storage);
        var state = new GrainState<NoteState>(new NoteState());
        await storage.ReadStateAsync(NoteGrain.StateName, grain, state);
        state.State = state.State! with { Text = text };
        await storage.WriteStateAsync(NoteGrain.StateName, grain, state);
    }
}

public sealed class SqliteTestClusterTests(SqliteClusterFixture fixture) : TestClusterTests(fixture), IClassFixture<SqliteClusterFixture>;

public sealed class PostgresTestClusterTests(PostgresClusterFixture fixture) : TestClusterTests(fixture), IClassFixture<PostgresClusterFixture>
{
    [Fact]
    public async Task TwoSilos_EachCallsTheOther_Answers()
    {
        await using var store = await Fixture.NewStoreAsync();
        await using var cluster = await TestCluster.StartAsync(store, silos: 2);
        for (var i = 0; i < 20; i++)
            await cluster.Grains.GetGrain<INoteGrain>($"nt-{i}").Set($"{i}");

        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[1]);

        for (var i = 0; i < 20; i++)
            Assert.Equal($"{i}", await cluster.Grains.GetGrain<INoteGrain>($"nt-{i}").Get());
    }
}
