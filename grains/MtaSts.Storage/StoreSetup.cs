using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MtaSts.Storage;

/// <summary>Registers the store.</summary>
public static class StoreSetup
{
    /// <summary>Adds only the store: settings, schema upgrade at start, Data Protection's keys, readiness.</summary>
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
        services.AddSingleton<IStorageHealth, StorageHealth>();
        services.AddDataProtection().SetApplicationName(Store.ServiceId);
        services.AddOptions<KeyManagementOptions>().Configure<Store>((options, store) => options.XmlRepository = new DataProtectionKeyStore(store));
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
