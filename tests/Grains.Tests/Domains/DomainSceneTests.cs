using MtaSts.Grains.Tests.Cluster;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Tests that each begin with a scene of their own on an empty store. Derive once for each engine.</summary>
public abstract class DomainSceneTests : IAsyncLifetime
{
    private TempStore? store;
    private DomainScene? scene;

    private protected DomainScene Scene => scene!;

    public async ValueTask InitializeAsync()
    {
        store = await NewStoreAsync();
        scene = await DomainScene.StartAsync(store, faults: Faults);
        await BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (scene is not null)
            await scene.Cluster.DisposeAsync();
        if (store is not null)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary><see cref="TempStore.Sqlite"/> or <see cref="TempStore.PostgresAsync"/>.</summary>
    protected abstract Task<TempStore> NewStoreAsync();

    /// <summary>Null: the storage does what it is told.</summary>
    private protected virtual StorageFaults? Faults => null;

    /// <summary>What every test of the class finds done.</summary>
    protected virtual Task BeginAsync() => Task.CompletedTask;
}
