using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Notifications;
using MtaSts.Grains.Probes;

namespace MtaSts.Grains;

/// <summary>Registration of the grains' services.</summary>
public static class GrainServices
{
    /// <summary>Registers the services of the grains. The host adds <see cref="NamingOptions"/>, <see cref="HostingOptions"/>,
    /// <c>IDnsLookup</c>, <see cref="IHostnameProviders"/> and the application.</summary>
    public static IServiceCollection AddDomainGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new ServiceClock(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IClockStatus>(provider => provider.GetRequiredService<ServiceClock>());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<NamingOptions>>().Value);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<HostingOptions>>().Value);
        services.TryAddSingleton<IPolicyFetcher, NoPolicyFetcher>();
        services.TryAddSingleton<IDnsProviders, NoDnsProviders>();
        services.TryAddSingleton<IReachProbe, NoReachProbe>();
        services.TryAddSingleton<IMxProbe, NoMxProbe>();
        services.TryAddSingleton<IPort25Status, NoPort25Status>();
        services.TryAddSingleton<INotifiers, NoNotifiers>();
        services.TryAddSingleton<IChannelSecrets, ChannelSecrets>();
        services.TryAddSingleton<ILinkProtection, LinkProtection>();
        services.TryAddSingleton<OutboxDelivery>();
        services.TryAddSingleton(provider => new DomainLifecycle(
            provider.GetRequiredService<NamingOptions>(), provider.GetRequiredService<HostingOptions>(), toCalendar: provider.GetRequiredService<ServiceClock>().ToCalendar));
        services.TryAddSingleton(provider => new DomainViews(provider.GetRequiredService<NamingOptions>(), provider.GetRequiredService<HostingOptions>()));
        return services;
    }
}
