using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Reports;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.Serialization;
using Orleans.Storage;

namespace MtaSts.Host.Storage;

/// <summary>The store, and the silo that lives on it.</summary>
internal static class StorageSetup
{
    /// <summary>Part of every stored row's key and of every session's key: never changes.</summary>
    public const string ServiceId = "mtasts";

    /// <summary>Adds the store and the silo: storage, reminders, clustering, Data Protection's keys, readiness.</summary>
    public static TBuilder AddStorage<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddStore();
        builder.Services.AddOptions<ClusterSettings>().BindConfiguration(ClusterSettings.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ClusterSettings>, ClusterSettingsValidator>();
        var cluster = builder.Configuration.GetSection(ClusterSettings.Section).Get<ClusterSettings>() ?? new ClusterSettings();
        builder.Services.AddServiceClock();
        builder.UseOrleans(silo => silo.UseClustering(cluster).UseStore());
        return builder;
    }

    /// <summary>Service time, which goes on from what the store keeps. After the store, before anything asks for the time; reminders are due by it too.</summary>
    private static void AddServiceClock(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ServiceClock(provider.GetRequiredService<TimeProvider>(), new MachineClocks(provider.GetRequiredService<TimeProvider>()).Read));
        services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, (provider, _) => provider.GetRequiredService<ServiceClock>());
        services.AddSingleton<ClockMarkStore>();
        services.AddHostedService<ServiceClockKeeper>();
    }

    /// <summary>The store alone: settings, schema at start, Data Protection's keys, readiness.</summary>
    public static void AddStore(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Open);
        services.AddSingleton<NewStoreRule>();
        services.AddSingleton<StoreMigrator>();
        services.AddHostedService<StoreStartup>();
        services.AddHostedService<StoreUpkeep>();
        services.AddSingleton<StoreMarks>();
        services.AddSingleton<LiveKeys>();
        services.AddSingleton<IKnownClaimTokens>(provider => provider.GetRequiredService<LiveKeys>());
        services.AddHostedService(provider => provider.GetRequiredService<LiveKeys>());
        services.AddSingleton<IStorageHealth, StorageHealth>();
        services.AddDataProtection().SetApplicationName(ServiceId);
        services.AddOptions<KeyManagementOptions>().Configure<Store>((options, store) => options.XmlRepository = new DataProtectionKeyStore(store));
    }

    /// <summary>Grain storage and reminders on the store.</summary>
    public static ISiloBuilder UseStore(this ISiloBuilder silo) =>
        silo.UseGrainStorage().UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> options) => options.Configure<Store>((reminders, store) =>
        {
            reminders.Invariant = store.Invariant;
            reminders.DataSource = store.DataSource;
        }));

    /// <summary>Grain storage on the store, without reminders.</summary>
    public static ISiloBuilder UseGrainStorage(this ISiloBuilder silo)
    {
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.Services.Decorate<IGrainStorageSerializer, EnvelopeStateSerializer>();
        silo.Services.Configure<SystemTextJsonGrainStorageSerializerOptions>(options => StateJson.Configure(options.JsonSerializerOptions));
        silo.AddAdoNetGrainStorage(StateNames.Storage, (OptionsBuilder<AdoNetGrainStorageOptions> options) => options.Configure<Store>((storage, store) =>
        {
            storage.Invariant = store.Invariant;
            storage.DataSource = store.DataSource;
            storage.DeleteStateOnClear = true;
        }));
        return silo;
    }

    private static Store Open(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var clock = services.GetRequiredService<TimeProvider>();
        return options.Provider == StorageProvider.PostgreSql
            ? new PostgresStore(options, services.GetRequiredService<IConfiguration>().GetValue<bool>("Cluster:Enabled"), clock)
            : new SqliteStore(options, clock, services.GetRequiredService<ILogger<Store>>());
    }
}
