using Microsoft.Extensions.Hosting;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Cluster;

/// <summary>
/// One cluster for the tests of a class. Derive to register what the grains under test need; a test that restarts or spoils its cluster starts one of its own.
/// </summary>
public abstract class ClusterFixture : IAsyncLifetime
{
    private TempStore? store;
    private TestCluster? cluster;

    /// <summary>The running cluster. Ends the test where the engine is missing, see <see cref="Peer"/>.</summary>
    public TestCluster Cluster
    {
        get
        {
            Peer.Require(Missing is null, Missing ?? "");
            return cluster!;
        }
    }

    /// <summary>Why the engine cannot be had here; null when it can.</summary>
    protected virtual string? Missing => null;

    /// <summary>How many silos.</summary>
    protected virtual short Silos => 1;

    /// <summary>A new, empty store of the engine.</summary>
    public abstract Task<TempStore> NewStoreAsync();

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;
        store = await NewStoreAsync();
        cluster = await TestCluster.StartAsync(store, Configure, Silos);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
            await cluster.DisposeAsync();
        if (store is not null)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Registers fakes and options in each silo.</summary>
    protected virtual void Configure(IHostApplicationBuilder host)
    {
    }
}

/// <summary>A cluster on SQLite.</summary>
public class SqliteClusterFixture : ClusterFixture
{
    public override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

/// <summary>A cluster on PostgreSQL.</summary>
public class PostgresClusterFixture : ClusterFixture
{
    protected override string? Missing => PostgresServer.Missing;

    public override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
