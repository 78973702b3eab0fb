using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtaSts.Peers;
using MtaSts.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

/// <summary>The tables of grouped states and of envelopes on both engines, written by many at the same time.</summary>
public abstract class GroupedTablesTests
{
    private const string Name = "state";
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<TempStore> NewStoreAsync();

    [Fact]
    public async Task Write_ManyAtOnce_EachIsDurableAndOfTwoWritersOfOneVersionOneIsRefused()
    {
        await using var scene = await BeginAsync();
        var first = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => scene.WriteAsync($"k{i}", null, i, [(byte)i])));
        Assert.All(first, Assert.True);

        var again = await Task.WhenAll(Enumerable.Range(0, 1_000).SelectMany(i => new[] { 1_000, 2_000 }.Select(next => scene.WriteAsync($"k{i}", i, next + i, [1, (byte)i]))));

        Assert.Equal(1_000, again.Count(isWritten => isWritten));
        for (var i = 0; i < 1_000; i += 111)
            Assert.Equal([1, (byte)i], (await scene.States.ReadAsync(Name, $"k{i}"))!.Content);
        Assert.False(await scene.WriteAsync("k0", null, 9, []));
        Assert.False(await scene.States.DeleteAsync(Name, "k0", 0));
        Assert.Null(await scene.States.ReadAsync("other", "k0"));
    }

    /// <summary>What one of them does wrong is no other's fault.</summary>
    [Fact]
    public async Task Write_OneOfManyIsRefusedByTheEngine_TheOthersAreWritten()
    {
        await using var scene = await BeginAsync();
        var good = Enumerable.Range(0, 200).Select(i => scene.WriteAsync($"k{i}", null, 1, [1])).ToArray();
        var bad = scene.Writer.WriteAsync("k100", new StoreStatement("INSERT INTO GroupedState (Name, Key, Version, Content) VALUES (@name, 'x', 1, NULL)", ("name", Name)));
        var more = Enumerable.Range(200, 200).Select(i => scene.WriteAsync($"k{i}", null, 1, [1])).ToArray();

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => bad);
        Assert.All(await Task.WhenAll(good.Concat(more)), Assert.True);
    }

    /// <summary>A statement of a change that fails takes the change's other statements with it.</summary>
    [Fact]
    public async Task Write_SecondStatementRefused_NothingOfTheChangeIsLeft()
    {
        await using var scene = await BeginAsync();
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => scene.Writer.WriteAsync(
            "k",
            new StoreStatement("INSERT INTO GroupedState (Name, Key, Version, Content) VALUES (@name, 'one', 1, @content)", ("name", Name), ("content", new byte[] { 1 })),
            new StoreStatement("INSERT INTO GroupedState (Name, Key, Version, Content) VALUES (@name, 'two', 1, NULL)", ("name", Name))));
        Assert.Null(await scene.States.ReadAsync(Name, "one"));
    }

    [Fact]
    public async Task Elements_OfAState_FollowItsVersion()
    {
        await using var scene = await BeginAsync();
        Assert.True(await scene.WriteAsync("k", null, 1, [1], Written(("b", 2), ("a", 1), ("c", 3))));
        Assert.True(await scene.WriteAsync("other", null, 1, [1], Written(("a", 9))));
        Assert.Equal([1, 2, 3], await scene.ElementsAsync("k"));

        Assert.True(await scene.WriteAsync("k", 1, 2, [1], new ElementChanges([("b", [7]), ("d", [4])], ["a"])));
        Assert.Equal([7, 3, 4], await scene.ElementsAsync("k"));
        // Of an older version: neither the state nor its elements change.
        Assert.False(await scene.WriteAsync("k", 1, 3, [2], new ElementChanges([("b", [8])], ["c"])));
        Assert.False(await scene.WriteAsync("k", null, 4, [2], Written(("e", 5))));
        Assert.False(await scene.States.DeleteAsync(Name, "k", 1));
        Assert.Equal([7, 3, 4], await scene.ElementsAsync("k"));

        Assert.True(await scene.States.DeleteAsync(Name, "k", 2));
        Assert.Null(await scene.States.ReadAsync(Name, "k"));
        Assert.Equal(1L, await scene.CountAsync("SELECT count(*) FROM GroupedElement"));
        Assert.Equal([9], await scene.ElementsAsync("other"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(EnvelopeTable.InlineBytes)]
    [InlineData(EnvelopeTable.InlineBytes + 1)]
    [InlineData(EnvelopeTable.PartBytes)]
    [InlineData(EnvelopeTable.PartBytes + 1)]
    [InlineData(10 * 1024 * 1024)]
    public async Task Envelope_OfAnySize_IsReadAsItCame(int size)
    {
        await using var scene = await BeginAsync();
        var raw = new byte[size];
        new Random(size).NextBytes(raw);

        Assert.True(await scene.Envelopes.WriteAsync("rp-1", null, Row(1, [1], raw, isOpen: true), RawChange.Add));
        Assert.False(await scene.Envelopes.WriteAsync("rp-1", null, Row(2, [2], [9], isOpen: true), RawChange.Add));

        var read = (await scene.Envelopes.ReadAsync("rp-1"))!;
        Assert.Equal((1, (byte)1), (read.Version, read.Facts[0]));
        Assert.True(raw.AsSpan().SequenceEqual(read.Raw));
    }

    [Fact]
    public async Task Envelope_Life_LeavesNothing()
    {
        await using var scene = await BeginAsync();
        await scene.Envelopes.WriteAsync("rp-1", null, Row(1, [1], [7, 7], isOpen: true), RawChange.Add);
        Assert.Equal(["rp-1"], await scene.Envelopes.ListOpenAsync(3, 10));
        Assert.Empty(await scene.Envelopes.ListOpenAsync(4, 10));

        Assert.True(await scene.Envelopes.WriteAsync("rp-1", 1, Row(2, [2], null, isOpen: false), RawChange.None));
        Assert.Empty(await scene.Envelopes.ListOpenAsync(3, 10));
        Assert.Equal([7, 7], (await scene.Envelopes.ReadAsync("rp-1"))!.Raw!);
        // Of an older version: neither the facts nor the bytes change.
        Assert.False(await scene.Envelopes.WriteAsync("rp-1", 1, Row(3, [3], null, isOpen: false), RawChange.Remove));
        Assert.Equal([7, 7], (await scene.Envelopes.ReadAsync("rp-1"))!.Raw!);
        Assert.True(await scene.Envelopes.WriteAsync("rp-1", 2, Row(4, [4], null, isOpen: false), RawChange.Remove));
        Assert.Null((await scene.Envelopes.ReadAsync("rp-1"))!.Raw);
        Assert.True(await scene.Envelopes.WriteAsync("rp-1", 4, Row(5, [5], [8], isOpen: false), RawChange.Add));
        Assert.Equal([8], (await scene.Envelopes.ReadAsync("rp-1"))!.Raw!);

        Assert.False(await scene.Envelopes.DeleteAsync("rp-1", 4));
        Assert.True(await scene.Envelopes.DeleteAsync("rp-1", 5));
        Assert.Null(await scene.Envelopes.ReadAsync("rp-1"));
        Assert.Equal(0L, await scene.CountAsync("SELECT count(*) FROM EnvelopeRaw"));
    }

    /// <summary>The bytes move between the row and their table with their size.</summary>
    [Theory]
    [InlineData(1, EnvelopeTable.PartBytes + 1)]
    [InlineData(EnvelopeTable.PartBytes + 1, 1)]
    public async Task Envelope_BytesRemovedAndAddedWithAnotherSize_AreTheLatest(int before, int after)
    {
        await using var scene = await BeginAsync();
        await scene.Envelopes.WriteAsync("rp-1", null, Row(1, [1], new byte[before], isOpen: false), RawChange.Add);
        Assert.True(await scene.Envelopes.WriteAsync("rp-1", 1, Row(2, [2], null, isOpen: false), RawChange.Remove));
        Assert.True(await scene.Envelopes.WriteAsync("rp-1", 2, Row(3, [3], new byte[after], isOpen: false), RawChange.Add));
        Assert.Equal(after, (await scene.Envelopes.ReadAsync("rp-1"))!.Raw!.Length);
        Assert.True(await scene.Envelopes.DeleteAsync("rp-1", 3));
        Assert.Equal(0L, await scene.CountAsync("SELECT count(*) FROM EnvelopeRaw"));
    }

    [Fact]
    public async Task Retries_AreListedWhenTheyAreDueTheLongestDueFirst()
    {
        await using var scene = await BeginAsync();
        var now = new DateTimeOffset(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);
        (string Id, int Minutes)[] due = [("rp-late", 0), ("rp-later", -1), ("rp-future", 1)];
        foreach (var (id, minutes) in due)
            await scene.Envelopes.WriteAsync(id, null, Row(1, [1], [1], isOpen: false) with { RetryAt = now.AddMinutes(minutes) }, RawChange.Add);
        await scene.Envelopes.WriteAsync("rp-never", null, Row(1, [1], [1], isOpen: false), RawChange.Add);

        Assert.Equal(["rp-later", "rp-late"], await scene.Envelopes.ListRetriesAsync(3, now, 10));
        Assert.Equal(["rp-later"], await scene.Envelopes.ListRetriesAsync(3, now, 1));
        Assert.Empty(await scene.Envelopes.ListRetriesAsync(4, now, 10));
        Assert.True(await scene.Envelopes.WriteAsync("rp-late", 1, Row(2, [1], null, isOpen: false), RawChange.None));
        Assert.Equal(["rp-later"], await scene.Envelopes.ListRetriesAsync(3, now, 10));
    }

    private static ElementChanges Written(params (string Key, byte Content)[] elements) => new([.. elements.Select(element => (element.Key, new[] { element.Content }))], []);

    private static EnvelopeRow Row(long version, byte[] facts, byte[]? raw, bool isOpen) => new(version, facts, raw) { Lane = 3, IsOpen = isOpen };

    private async Task<Scene> BeginAsync()
    {
        var store = await NewStoreAsync();
        var host = StoreHost.Store(store);
        await host.Migrator().RunAsync(Stop);
        return new Scene(store, host);
    }

    private sealed class Scene(TempStore temp, IHost host) : IAsyncDisposable
    {
        private readonly Store store = host.Services.GetRequiredService<Store>();
        private StoreWriter? writer;

        public StoreWriter Writer => writer ??= new StoreWriter(store);

        public GroupedStateTable States => new(store, Writer);

        public EnvelopeTable Envelopes => new(store, Writer);

        public Task<bool> WriteAsync(string key, long? before, long version, byte[] content, ElementChanges? elements = null) =>
            States.WriteAsync(Name, key, before, version, content, elements ?? ElementChanges.None);

        public async Task<IEnumerable<byte>> ElementsAsync(string key) => (await States.ReadAsync(Name, key))!.Elements.Select(Assert.Single);

        public async Task<long> CountAsync(string sql)
        {
            await using var connection = await store.DataSource.OpenConnectionAsync(Stop);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return Convert.ToInt64(await command.ExecuteScalarAsync(Stop), System.Globalization.CultureInfo.InvariantCulture);
        }

        public async ValueTask DisposeAsync()
        {
            if (host is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
            await temp.DisposeAsync();
        }
    }
}

public sealed class SqliteGroupedTablesTests : GroupedTablesTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

public sealed class PostgresGroupedTablesTests : GroupedTablesTests
{
    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
