using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtaSts.Peers;
using MtaSts.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

public sealed class PostgresStoreTests : StoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();

    protected override async Task<string> ExplainReadAsync(IHost host) =>
        await ReadAllAsync(host, "SET enable_seqscan = off", "EXPLAIN " + await ReadStatementAsync(host));

    [Fact]
    public async Task Prepare_WhereNobodyListens_WaitsThenSaysWhereWithoutThePassword()
    {
        await using var store = new PostgresStore(
            new StorageOptions { ConnectionString = $"Host=127.0.0.1;Port={FreePort.Next()};Database=mtasts;Username=u;Password=hunter2", StartTimeout = TimeSpan.FromSeconds(1) }, isShared: false, TimeProvider.System);

        var exception = await Assert.ThrowsAsync<StoreException>(() => store.PrepareAsync(Stop));

        Assert.Contains("127.0.0.1", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FourAtOnceOnEmptyStore_OneMakesTheSchema()
    {
        await using var store = await NewStoreAsync();
        var hosts = Enumerable.Range(0, 4).Select(_ => StoreHost.Store(store, ("Cluster:Enabled", "true"))).ToList();

        var counts = await Task.WhenAll(hosts.Select(host => Task.Run(() => host.Migrator().RunAsync(Stop))));

        Assert.Equal(3, counts.Count(count => count == 0));
        Assert.Single(counts, count => count > 0);
        hosts.ForEach(host => host.Dispose());
    }

    [Fact]
    public async Task Start_FourSilosAtOnceOnEmptyStore_AllRun()
    {
        await using var store = await NewStoreAsync();
        var hosts = Enumerable.Range(0, 4).Select(_ => Silo(store)).ToList();

        await Task.WhenAll(hosts.Select(host => Task.Run(() => host.StartAsync(Stop))));

        foreach (var host in hosts)
        {
            Assert.Null(await host.Services.GetRequiredService<IStorageHealth>().CheckAsync(Stop));
            await host.StopAsync(Stop);
            host.Dispose();
        }
    }

    [Fact]
    public async Task Prepare_ProcessesThatAreAlone_OneHasTheDatabaseAndTheOthersSayByWhom()
    {
        await using var temp = await NewStoreAsync();
        await using var alone = New(temp, isShared: false);
        await using var second = New(temp, isShared: false);
        await using var silo = New(temp, isShared: true);
        await using var other = New(temp, isShared: true);
        await alone.PrepareAsync(Stop);

        foreach (var refused in new[] { second, silo })
        {
            var exception = await Assert.ThrowsAsync<StoreException>(() => refused.PrepareAsync(Stop));
            Assert.Contains($"is in use by MtaSts process {Environment.ProcessId} on {Environment.MachineName} since 20", exception.Message, StringComparison.Ordinal);
        }
        await alone.DisposeAsync();
        await silo.PrepareAsync(Stop);
        await other.PrepareAsync(Stop);
        await Assert.ThrowsAsync<StoreException>(() => second.PrepareAsync(Stop));
    }

    [Fact]
    public async Task Keep_AfterTheConnectionWasCut_TakesTheLockAgainOrSaysWhoHasIt()
    {
        await using var temp = await NewStoreAsync();
        await using var first = New(temp, isShared: false);
        await using var second = New(temp, isShared: false);
        await first.PrepareAsync(Stop);
        await CutAsync();

        Assert.Null(await first.KeepAsync(Stop));
        await Assert.ThrowsAsync<StoreException>(() => second.PrepareAsync(Stop));
        await CutAsync();
        await second.PrepareAsync(Stop);

        Assert.Contains("was taken over by MtaSts process", await first.KeepAsync(Stop), StringComparison.Ordinal);

        async Task CutAsync()
        {
            await using var command = second.DataSource.CreateCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'MtaSts process%'");
            await command.ExecuteScalarAsync(Stop);
        }
    }

    private static PostgresStore New(TempStore store, bool isShared) =>
        new(new StorageOptions { ConnectionString = store.ConnectionString, OwnerTimeout = TimeSpan.Zero }, isShared, TimeProvider.System);

    [Fact]
    public async Task Silos_InACluster_FindEachOtherAndSeeOneLeave()
    {
        await using var store = await NewStoreAsync();
        using var first = Silo(store);
        using var second = Silo(store);
        await Task.WhenAll(first.StartAsync(Stop), second.StartAsync(Stop));
        var management = first.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);

        await Poll.Until(async () => (await management.GetHosts(onlyActive: true)).Count == 2, TimeSpan.FromMinutes(2), "both silos are active");
        await second.StopAsync(Stop);
        await Poll.Until(async () => (await management.GetHosts(onlyActive: true)).Count == 1, TimeSpan.FromMinutes(2), "the silo that stopped is no longer active");
        await first.StopAsync(Stop);
    }

    [Fact]
    public async Task Membership_WrittenFromAnOldView_IsRefused()
    {
        await using var store = await NewStoreAsync();
        using var host = Silo(store);
        await host.Migrator().RunAsync(Stop);
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, Stop);
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, Stop);
        var empty = await table.ReadAllAsync(Stop);
        var next = empty.Version.Next();

        Assert.True(await table.InsertRowAsync(Member(1), next, Stop));
        Assert.False(await table.InsertRowAsync(Member(2), next, Stop));

        var one = await table.ReadRowAsync(Member(1).SiloAddress, Stop);
        var entry = Assert.Single(one.Members).Item1;
        Assert.Equal((SiloStatus.Joining, "silo-1", one.Version.Version), (entry.Status, entry.SiloName, next.Version));
        Assert.Equal(Member(1).StartTime, entry.StartTime);
        Assert.False(await table.InsertRowAsync(Member(1), one.Version.Next(), Stop));

        entry.Status = SiloStatus.Active;
        entry.AddSuspector(Member(2).SiloAddress, new DateTime(2026, 3, 2, 12, 0, 0, DateTimeKind.Utc));
        Assert.True(await table.UpdateRowAsync(entry, one.Version.VersionEtag, one.Version.Next(), Stop));
        Assert.False(await table.UpdateRowAsync(entry, one.Version.VersionEtag, one.Version.Next(), Stop));
        var now = (await table.ReadAllAsync(Stop)).Version;
        Assert.False(await table.UpdateRowAsync(Member(3), now.VersionEtag, now.Next(), Stop));

        var updated = Assert.Single((await table.ReadAllAsync(Stop)).Members).Item1;
        Assert.Equal(SiloStatus.Active, updated.Status);
        Assert.Equal(Member(2).SiloAddress, Assert.Single(updated.SuspectTimes ?? []).Item1);
    }

    [Fact]
    public async Task Membership_OldAndGone_IsCleanedUp()
    {
        await using var store = await NewStoreAsync();
        using var host = Silo(store);
        await host.Migrator().RunAsync(Stop);
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, Stop);
        foreach (var (member, status) in new[] { (Member(1), SiloStatus.Dead), (Member(2), SiloStatus.Active) })
        {
            member.Status = status;
            Assert.True(await table.InsertRowAsync(member, (await table.ReadAllAsync(Stop)).Version.Next(), Stop));
        }

        await table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Member(1).IAmAliveTime).AddHours(-1), Stop);
        Assert.Equal(2, (await table.ReadAllAsync(Stop)).Members.Count);
        var alive = Member(2);
        alive.IAmAliveTime = alive.IAmAliveTime.AddMinutes(5);
        await table.UpdateIAmAliveAsync(alive, Stop);
        await table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Member(1).IAmAliveTime).AddHours(1), Stop);

        var left = Assert.Single((await table.ReadAllAsync(Stop)).Members).Item1;
        Assert.Equal(alive.IAmAliveTime, left.IAmAliveTime);
        await table.DeleteMembershipTableEntriesAsync("mtasts", Stop);
    }

    private static IHost Silo(TempStore store) => StoreHost.Silo(store, ("Cluster:Enabled", "true"), ("Cluster:SiloPort", "0"));

    private static MembershipEntry Member(int number) => new()
    {
        SiloAddress = SiloAddress.New(System.Net.IPAddress.Loopback, 11000 + number, number),
        SiloName = $"silo-{number}",
        HostName = "here",
        Status = SiloStatus.Joining,
        StartTime = new DateTime(2026, 3, 2, 11, 0, 0, DateTimeKind.Utc),
        IAmAliveTime = new DateTime(2026, 3, 2, 11, 30, 0, DateTimeKind.Utc),
    };
}
