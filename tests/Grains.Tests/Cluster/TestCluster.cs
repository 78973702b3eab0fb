using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Application;
using MtaSts.Grains.Storage;
using MtaSts.Host.Clustering;
using MtaSts.Peers;
using MtaSts.Storage;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.TestingHost;

namespace MtaSts.Grains.Tests.Cluster;

/// <summary>Silos in this process, on the service's own storage, with a clock that moves only when told.</summary>
/// <remarks>
/// The product's clock is the container's plain <see cref="TimeProvider"/>. Orleans takes the clocks of its own areas under keys, and falls back to the plain
/// one for every key that is not registered: a frozen clock would freeze membership, messaging and the grain directory too. So the keys go to the
/// system's clock, except those that grains see: grain timers and reminders follow <see cref="Clock"/>.
/// </remarks>
public sealed class TestCluster : IAsyncDisposable
{
    /// <summary>When <see cref="Clock"/> begins: a Monday, at noon.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How long an answer of a grain is waited for: the machine may have other work.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly TempStore store;
    private readonly bool ownsStore;
    private readonly short silos;
    private readonly Action<IHostApplicationBuilder>? configure;
    private InProcessTestCluster? cluster;

    private TestCluster(TempStore store, bool ownsStore, short silos, Action<IHostApplicationBuilder>? configure)
    {
        this.store = store;
        this.ownsStore = ownsStore;
        this.silos = silos;
        this.configure = configure;
        Clock = new FakeTimeProvider(Start);
    }

    /// <summary>The clock of grains, grain timers and reminders; the same through restarts.</summary>
    public FakeTimeProvider Clock { get; }

    /// <summary>The store, which outlives <see cref="RestartAsync"/>.</summary>
    public TempStore Store => store;

    /// <summary>The running silos: deactivate, kill, start additional ones.</summary>
    public InProcessTestCluster Silos => cluster ?? throw new InvalidOperationException("Not running.");

    /// <summary>Calls grains as a client does, so that everything that crosses is serialised.</summary>
    public IGrainFactory Grains => Silos.Client;

    /// <summary>The first silo's container, for the product's own services.</summary>
    public IServiceProvider Services => Silos.Silos[0].ServiceProvider;

    /// <summary>Starts a cluster.</summary>
    /// <param name="store">What it lives on; stays the caller's. Null for a new SQLite file that goes with the cluster.</param>
    /// <param name="configure">For each silo: register fakes and options. Runs last, so that it wins.</param>
    /// <param name="silos">How many.</param>
    public static async Task<TestCluster> StartAsync(TempStore? store = null, Action<IHostApplicationBuilder>? configure = null, short silos = 1)
    {
        var cluster = new TestCluster(store ?? TempStore.Sqlite(), store is null, silos, configure);
        try
        {
            await cluster.DeployAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops every silo in an orderly way and starts new ones on the same store at the same time.</summary>
    public async Task RestartAsync()
    {
        await StopAsync(gracefully: true);
        await DeployAsync();
    }

    /// <summary>Ends every silo without a goodbye and starts new ones: what was not stored is gone.</summary>
    public async Task CrashAsync()
    {
        await StopAsync(gracefully: false);
        await DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // An orderly end waits half a minute for a grain that waits for the test's clock; nobody looks at this end.
        await StopAsync(gracefully: false);
        if (ownsStore)
            await store.DisposeAsync();
    }

    private async Task DeployAsync()
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ServiceId = MtaSts.Storage.Store.ServiceId;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = Patience));
        builder.ConfigureSiloHost((_, host) => Configure(host));
        cluster = builder.Build();
        // Without a token it gives up after a minute, which a machine with other work needs now and then.
        using var limit = new CancellationTokenSource(StartLimit);
        await cluster.DeployAsync(limit.Token);
    }

    private void Configure(IHostApplicationBuilder host)
    {
        host.Configuration.AddInMemoryCollection(store.Settings);
        if (silos > 1)
            host.Configuration["Cluster:Enabled"] = "true"; // Alone, a silo keeps others from its store.
        host.Logging.SetMinimumLevel(LogLevel.Warning);
        var services = host.Services;
        services.AddSingleton<TimeProvider>(Clock);
        services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, Clock);
        host.AddStore();
        services.AddLiveKeys();
        host.UseOrleans(silo =>
        {
            silo.UseStore();
            if (silos == 1)
                silo.WithoutFarewell();
        });
        services.AddDomainGrains();
        services.AddApplication();
        services.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = Patience);
        configure?.Invoke(host);
    }

    private async Task StopAsync(bool gracefully)
    {
        if (cluster is not { } running)
            return;
        cluster = null;
        await running.StopClusterClientAsync();
        foreach (var silo in running.Silos)
        {
            if (gracefully)
                await running.StopSiloAsync(silo);
            else
                await running.KillSiloAsync(silo);
        }
        await running.DisposeAsync();
    }
}
