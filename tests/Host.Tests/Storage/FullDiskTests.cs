using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Storage;
using MtaSts.Peers;
using MtaSts.Storage;
using Npgsql;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

/// <summary>A real file system without room.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_OnAFullDisk_ReadsSaysSoAndWritesAgainWhenThereIsRoom()
    {
        using var disk = new SmallDisk(2_048);
        await using var store = new OnDisk(disk);
        using (var first = StoreHost.Silo(store))
        {
            await first.StartAsync(Stop);
            await first.Services.GetRequiredService<StoreMarks>().SetAsync("test", Stop);
            await new ServiceSecrets(first.Services.GetRequiredService<Store>()).GetAsync("secret", Stop);
            await first.StopAsync(Stop);
        }
        disk.Fill();
        Assert.False(File.Exists(Path.Combine(disk.Path, "mtasts.db-shm"))); // Nothing is left from before that would help.

        using var host = StoreHost.Silo(store);
        await host.StartAsync(Stop);

        Assert.True(await host.Services.GetRequiredService<StoreMarks>().IsSetAsync("test", Stop));
        Assert.Equal(32, (await new ServiceSecrets(host.Services.GetRequiredService<Store>()).GetAsync("secret", Stop)).Length);
        Assert.True(host.Services.GetRequiredService<LiveKeys>().IsLoaded);
        var health = host.Services.GetRequiredService<IStorageHealth>();
        var problem = await health.CheckAsync(Stop);
        Assert.Equal((true, true), (problem?.IsFull, problem?.IsReadable));
        Assert.Contains("Free space", problem?.Text, StringComparison.Ordinal);
        var exception = await Assert.ThrowsAsync<SqliteException>(() => host.Services.GetRequiredService<StoreMarks>().SetAsync("other", Stop));
        Assert.True(DiskFull.Is(new InvalidOperationException("Outer", exception)));

        disk.Free();

        await Poll.Until(async () => await health.CheckAsync(Stop) is null, TimeSpan.FromMinutes(2), "the store can be written again");
        await host.Services.GetRequiredService<StoreMarks>().SetAsync("other", Stop);
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Prepare_ANewStoreOnAFullDisk_SaysThatTheDiskIsFull()
    {
        using var disk = new SmallDisk(512);
        disk.Fill();
        await using var store = SqliteStoreTests.New($"Data Source={Path.Combine(disk.Path, "mtasts.db")}");

        var exception = await Assert.ThrowsAsync<StoreException>(() => store.PrepareAsync(Stop));

        Assert.Contains("its disk is full", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, true)]
    [InlineData(27, true)]
    [InlineData(122, true)]
    [InlineData(13, false)]
    [InlineData(unchecked((int)0x80070070), true)]
    public void Is_AnErrorOfTheSystem_IsToldByItsNumber(int result, bool isFull) => Assert.Equal(isFull, DiskFull.Is(new AggregateException(new IOException("", result))));

    [Fact]
    public void Is_ErrorsOfTheEngines_AreToldByTheirCodes()
    {
        Assert.True(DiskFull.Is(new SqliteException("", 13)));
        Assert.False(DiskFull.Is(new SqliteException("", 10)));
        Assert.True(DiskFull.Is(new PostgresException("could not extend file", "ERROR", "ERROR", "53100")));
        Assert.False(DiskFull.Is(new PostgresException("", "ERROR", "ERROR", "53300")));
        Assert.True(DiskFull.Is(new InvalidOperationException("SQLite Error 13: 'database or disk is full'."))); // From another silo.
        Assert.False(DiskFull.Is(null));
    }

    private sealed class OnDisk(SmallDisk disk) : TempStore
    {
        public override string Provider => "Sqlite";
        public override string ConnectionString => $"Data Source={Path.Combine(disk.Path, "mtasts.db")}";

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
