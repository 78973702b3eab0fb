using System.Diagnostics;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtaSts.Host.Storage;
using MtaSts.Peers;
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
    public async Task Run_FourAtOnceOnEmptyStore_OneMakesTheSchema()
    {
        await using var store = await NewStoreAsync();
        var hosts = Enumerable.Range(0, 4).Select(_ => StoreHost.Store(store)).ToList();

        var counts = await Task.WhenAll(hosts.Select(host => Task.Run(() => host.Migrator().RunAsync(Stop))));

        Assert.Equal(3, counts.Count(count => count == 0));
        Assert.Single(counts, count => count > 0);
        hosts.ForEach(host => host.Dispose());
    }

    [Fact]
    public async Task Start_FourSilosAtOnceOnEmptyStore_AllRun()
    {
        await using var store = await NewStoreAsync();
        var hosts = Enumerable.Range(0, 4).Select(_ => StoreHost.Silo(store)).ToList();

        await Task.WhenAll(hosts.Select(host => Task.Run(() => host.StartAsync(Stop))));

        foreach (var host in hosts)
        {
            Assert.Null(await host.Services.GetRequiredService<IStorageHealth>().CheckAsync(Stop));
            await host.StopAsync(Stop);
            host.Dispose();
        }
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
    public async Task DataProtection_AfterRestartAndAtAnotherSilo_ReadsWhatItProtected()
    {
        await using var store = await NewStoreAsync();
        string secret;
        using (var first = StoreHost.Store(store))
        {
            await first.StartAsync(Stop);
            secret = Protector(first).Protect("session");
            await first.StopAsync(Stop);
        }

        using var second = StoreHost.Store(store);
        using var third = StoreHost.Store(store);
        await second.StartAsync(Stop);
        await third.StartAsync(Stop);

        Assert.Equal("session", Protector(second).Unprotect(secret));
        Assert.Equal("session", Protector(third).Unprotect(Protector(second).Protect("session")));
        await second.StopAsync(Stop);
        await third.StopAsync(Stop);
    }

    [Fact]
    public async Task Health_WhenTheTableIsGone_IsNotWell()
    {
        await using var store = await NewStoreAsync();
        using var host = StoreHost.Store(store);
        await host.Migrator().RunAsync(Stop);
        Assert.Null(await host.Services.GetRequiredService<IStorageHealth>().CheckAsync(Stop));
        await ExecuteAsync(host, "DROP TABLE StoreCheck");

        using var other = StoreHost.Store(store);
        var problem = await other.Services.GetRequiredService<IStorageHealth>().CheckAsync(Stop);

        Assert.Equal("The store cannot be written.", problem); // Why is for the log: anybody may ask.
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
