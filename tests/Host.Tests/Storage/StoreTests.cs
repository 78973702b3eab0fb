using System.Diagnostics;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using MtaSts.Grains;
using MtaSts.Grains.Storage;
using MtaSts.Peers;
using MtaSts.Storage;
using Orleans.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

/// <summary>What both engines must do.</summary>
public abstract class StoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<TempStore> NewStoreAsync();

    [Fact]
    public async Task Run_OnEmptyStoreAndAgain_MakesTheSchemaOnce()
    {
        await using var store = await NewStoreAsync();
        using var host = StoreHost.Store(store);

        Assert.True(await host.Migrator().RunAsync(Stop) >= 5);
        Assert.Equal(0, await host.Migrator().RunAsync(Stop));
    }

    [Fact]
    public async Task Start_OneSiloOnEmptyStore_IsQuick()
    {
        await using var store = await NewStoreAsync();
        using var host = StoreHost.Silo(store);
        var watch = Stopwatch.StartNew();

        await host.StartAsync(Stop);

        TestContext.Current.TestOutputHelper?.WriteLine($"Silo on an empty store: {watch.ElapsedMilliseconds} ms");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"The silo took {watch.Elapsed}.");
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Run_OnStoreOfNewerVersion_RefusesAndChangesNothing()
    {
        await using var store = await NewStoreAsync();
        using var host = StoreHost.Store(store);
        await host.Migrator().RunAsync(Stop);
        await ExecuteAsync(host, "INSERT INTO SchemaStep (ScriptName, Applied) VALUES ('0999-from-the-future.sql', CURRENT_TIMESTAMP)");

        var exception = await Assert.ThrowsAsync<StoreException>(() => host.Migrator().RunAsync(Stop));

        Assert.Contains("newer version", exception.Message, StringComparison.Ordinal);
        Assert.Contains("0999-from-the-future.sql", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataProtection_AfterRestarts_ReadsWhatItProtected()
    {
        await using var store = await NewStoreAsync();
        string secret;
        using (var first = StoreHost.Store(store))
        {
            await first.StartAsync(Stop);
            secret = Protector(first).Protect("session");
            await first.StopAsync(Stop);
        }

        string another;
        using (var second = StoreHost.Store(store))
        {
            await second.StartAsync(Stop);
            Assert.Equal("session", Protector(second).Unprotect(secret));
            another = Protector(second).Protect("session");
            await second.StopAsync(Stop);
        }

        using var third = StoreHost.Store(store);
        await third.StartAsync(Stop);

        Assert.Equal("session", Protector(third).Unprotect(another));
        await third.StopAsync(Stop);
    }

    [Fact]
    public async Task Health_WhenTheTableIsGone_IsNotWell()
    {
        await using var store = await NewStoreAsync();
        using (var host = StoreHost.Store(store))
        {
            await host.Migrator().RunAsync(Stop);
            Assert.Null(await host.Services.GetRequiredService<IStorageHealth>().CheckAsync(Stop));
            await ExecuteAsync(host, "DROP TABLE StoreCheck");
        }

        using var other = StoreHost.Store(store);
        await other.Migrator().RunAsync(Stop);
        var problem = await other.Services.GetRequiredService<IStorageHealth>().CheckAsync(Stop);

        Assert.Equal((true, false), (problem?.IsReadable, problem?.IsFull));
        Assert.StartsWith("The store cannot be written. The log of the service has the cause", problem?.Text, StringComparison.Ordinal); // Anybody may ask.
    }

    [Fact]
    public async Task Health_AskedByAThousandAtOnce_WritesOnce()
    {
        await using var store = await NewStoreAsync();
        using var host = StoreHost.Store(store);
        await host.Migrator().RunAsync(Stop);
        var health = host.Services.GetRequiredService<IStorageHealth>();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => health.CheckAsync(Stop)));

        Assert.All(answers, Assert.Null);
        Assert.InRange(Convert.ToInt64(await ExecuteAsync(host, "SELECT Count FROM StoreCheck")), 1, 2);
    }

    [Fact]
    public async Task Plan_OfEveryStateStatement_UsesTheKey()
    {
        await using var store = await NewStoreAsync();
        using var host = StoreHost.Store(store);
        await host.Migrator().RunAsync(Stop);

        var plan = await ExplainReadAsync(host);

        Assert.Contains("GrainStateKey", plan, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Domains' and tokens' states as Orleans writes them: the index follows in the same transaction.</summary>
    [Fact]
    public async Task LiveKeys_StatesWrittenChangedAndCleared_FollowThem()
    {
        var (hash, claim) = (GrainKeys.ApiTokenKey(ApiTokens.Hash("token")), GrainKeys.ClaimTokenKey("0123456789abcdef"));
        await using var store = await NewStoreAsync();
        using var host = StoreHost.Silo(store);
        await host.StartAsync(Stop);
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>(StateNames.Storage);
        var keys = host.Services.GetRequiredService<LiveKeys>();
        Assert.True(keys.IsLoaded);

        var hosted = await WriteAsync(storage, StateNames.Domain, "hosted.example", new { serving = "live", note = "\u0000 “quoted”" });
        var retiring = await WriteAsync(storage, StateNames.Domain, "retiring.example", new { serving = "retiring" });
        await WriteAsync(storage, StateNames.Domain, "off.example", new { serving = "off" });
        await WriteAsync(storage, StateNames.Domain, "new.example", new { claims = Array.Empty<string>() });
        var token = await WriteAsync(storage, StateNames.ApiToken, hash, new { workspace = "ws" });
        await WriteAsync(storage, StateNames.ClaimToken, claim, new { workspace = "ws", domain = "new.example" });
        await WriteAsync(storage, StateNames.Workspace, "ws", new { serving = "live" });
        await keys.FollowAsync(Stop);

        Assert.Equal([hash, claim, "hosted.example", "retiring.example"], Known(keys));

        await WriteAsync(storage, StateNames.Domain, "off.example", new { serving = "provisioning" }, again: true);
        await WriteAsync(storage, StateNames.Domain, "hosted.example", new { serving = "live", more = 1 }, hosted);
        await keys.FollowAsync(Stop);
        Assert.Equal([hash, claim, "hosted.example", "off.example", "retiring.example"], Known(keys));

        await WriteAsync(storage, StateNames.Domain, "retiring.example", new { serving = "off" }, retiring);
        await storage.ClearStateAsync(StateNames.ApiToken, GrainId.Create("test", hash), token);
        using var later = new LiveKeys(host.Services.GetRequiredService<Store>(), TimeProvider.System, NullLogger<LiveKeys>.Instance);
        await later.FollowAsync(Stop);
        Assert.Equal([claim, "hosted.example", "off.example"], Known(later));
        await host.StopAsync(Stop);

        IEnumerable<string> Known(LiveKeys keys) =>
            new[] { hash, claim, "hosted.example", "new.example", "off.example", "retiring.example", "ws" }.Where(name => keys.Contains(LiveKeys.Domain, name) || keys.Contains(LiveKeys.ApiToken, name) || keys.Contains(LiveKeys.ClaimToken, name));
    }

    [Fact]
    public async Task LiveKeys_AHundredThousand_AreReadWithinASecondOrTwo()
    {
        await using var store = await NewStoreAsync();
        using var host = StoreHost.Store(store);
        await host.Migrator().RunAsync(Stop);
        await ExecuteAsync(host, "INSERT INTO LiveKey (Kind, Name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT 'domain', 'domain-' || i || '.example' FROM n");
        using var keys = new LiveKeys(host.Services.GetRequiredService<Store>(), TimeProvider.System, NullLogger<LiveKeys>.Instance);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();

        await keys.FollowAsync(Stop);

        TestContext.Current.TestOutputHelper?.WriteLine($"100,000 names: {watch.ElapsedMilliseconds} ms, {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1024} KiB");
        Assert.Equal(100_000, keys.Count);
        Assert.True(keys.Contains(LiveKeys.Domain, "domain-100000.example"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"It took {watch.Elapsed}.");
    }

    private static async Task<GrainState<object>> WriteAsync(IGrainStorage storage, string name, string key, object value, GrainState<object>? state = null, bool again = false)
    {
        var id = GrainId.Create("test", key);
        state ??= new GrainState<object>(value);
        if (again)
            await storage.ReadStateAsync(name, id, state);
        state.State = value;
        await storage.WriteStateAsync(name, id, state);
        return state;
    }

    /// <summary>The engine's plan for reading one state.</summary>
    protected abstract Task<string> ExplainReadAsync(IHost host);

    protected static async Task<object?> ExecuteAsync(IHost host, string statement)
    {
        await using var connection = await host.Services.GetRequiredService<Store>().DataSource.OpenConnectionAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        return await command.ExecuteScalarAsync(Stop);
    }

    /// <summary>All text that a statement returns.</summary>
    protected static async Task<string> ReadAllAsync(IHost host, params string[] statements)
    {
        var lines = new List<string>();
        await using var connection = await host.Services.GetRequiredService<Store>().DataSource.OpenConnectionAsync(Stop);
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await using var reader = await command.ExecuteReaderAsync(Stop);
            while (await reader.ReadAsync(Stop))
                lines.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)));
        }
        return string.Join('\n', lines);
    }

    /// <summary>The statement Orleans reads a state with, its parameters filled in.</summary>
    protected static async Task<string> ReadStatementAsync(IHost host)
    {
        var statement = (string)(await ExecuteAsync(host, "SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'ReadFromStorageKey'"))!;
        return statement
            .Replace("@GrainIdHash", "1", StringComparison.Ordinal).Replace("@GrainTypeHash", "2", StringComparison.Ordinal)
            .Replace("@GrainIdN0", "0", StringComparison.Ordinal).Replace("@GrainIdN1", "0", StringComparison.Ordinal)
            .Replace("@GrainTypeString", "'domain'", StringComparison.Ordinal).Replace("@GrainIdExtensionString", "'example.com'", StringComparison.Ordinal)
            .Replace("@ServiceId", "'mtasts'", StringComparison.Ordinal);
    }

    private static IDataProtector Protector(IHost host) => host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
