using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MtaSts.Grains.Reports;
using MtaSts.Storage;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace MtaSts.Grains.Storage;

/// <summary>Grain states and reminders on the store.</summary>
public static class GrainStorageSetup
{
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
        silo.Services.Configure<SystemTextJsonGrainStorageSerializerOptions>(options => StateJson.Configure(options.JsonSerializerOptions));
        silo.AddAdoNetGrainStorage(StateNames.Storage, (OptionsBuilder<AdoNetGrainStorageOptions> options) => options.Configure<Store>((storage, store) =>
        {
            storage.Invariant = store.Invariant;
            storage.DataSource = store.DataSource;
            storage.DeleteStateOnClear = true;
        }));
        silo.Services.AddSingleton<StoreWriter>();
        silo.Services.AddSingleton<EnvelopeTable>();
        silo.Services.AddSingleton<GroupedStateTable>();
        silo.Services.AddSingleton<EnvelopeStorage>();
        var others = silo.Services.Last(service => service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, StateNames.Storage));
        silo.Services.Remove(others);
        silo.Services.AddKeyedSingleton<IGrainStorage>(StateNames.Storage, (provider, key) =>
            ActivatorUtilities.CreateInstance<GrainStates>(provider, (IGrainStorage)others.KeyedImplementationFactory!(provider, key)));
        return silo;
    }

    /// <summary>The existing names, loaded before any endpoint listens: register after the store and before all services that use them.</summary>
    public static IServiceCollection AddLiveKeys(this IServiceCollection services)
    {
        services.AddSingleton<LiveKeys>();
        services.AddSingleton<IKnownClaimTokens>(provider => provider.GetRequiredService<LiveKeys>());
        services.AddHostedService(provider => provider.GetRequiredService<LiveKeys>());
        return services;
    }
}
