using Microsoft.Extensions.Options;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Storage;
using MtaSts.Host.Clocks;
using MtaSts.Host.Clustering;
using MtaSts.Storage;
using Orleans.Reminders;

namespace MtaSts.Host.Storage;

/// <summary>Sets up the store and the silo that uses it.</summary>
internal static class StorageSetup
{
    /// <summary>Adds the store and the silo: storage, reminders, clustering, Data Protection's keys, readiness.</summary>
    public static TBuilder AddStorage<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddStore();
        builder.Services.AddLiveKeys();
        builder.Services.AddOptions<ClusterSettings>().BindConfiguration(ClusterSettings.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ClusterSettings>, ClusterSettingsValidator>();
        var cluster = builder.Configuration.GetSection(ClusterSettings.Section).Get<ClusterSettings>() ?? new ClusterSettings();
        builder.Services.AddServiceClock();
        builder.UseOrleans(silo => silo.UseClustering(cluster).UseStore());
        return builder;
    }

    /// <summary>
    /// Areas of Orleans that wait for a time of day. If the system clock is set back, they would wait for that long: no grain could be activated, and
    /// no silo would renew its entry.
    /// </summary>
    private static readonly string[] SteadyAreas = [TimeProviderNames.ActivationManagement, TimeProviderNames.SystemTimers, TimeProviderNames.Membership];

    /// <summary>Adds service time, which continues from the stored mark. Call it after the store and before any use of the time; reminders use it too.</summary>
    private static void AddServiceClock(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ServiceClock(provider.GetRequiredService<TimeProvider>(), new MachineClocks(provider.GetRequiredService<TimeProvider>()).Read));
        services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, (provider, _) => provider.GetRequiredService<ServiceClock>());
        services.AddSingleton(provider => new SteadyClock(provider.GetRequiredService<TimeProvider>()));
        foreach (var area in SteadyAreas)
            services.AddKeyedSingleton<TimeProvider>(area, (provider, _) => provider.GetRequiredService<SteadyClock>());
        services.AddSingleton<ClockMarkStore>();
        services.AddHostedService<ServiceClockKeeper>();
    }
}
