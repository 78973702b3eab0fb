using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Probes;

namespace MtaSts.Grains;

/// <summary>What the grains need from the container.</summary>
public static class GrainServices
{
    /// <summary>Registers the grains' own services. The host adds <see cref="NamingOptions"/>, <see cref="HostingOptions"/>,
    /// <c>IDnsLookup</c> and <see cref="IHostnameProviders"/>.</summary>
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
        services.TryAddSingleton(provider => new DomainLifecycle(provider.GetRequiredService<NamingOptions>(), provider.GetRequiredService<HostingOptions>()));
        services.TryAddSingleton(provider => new DomainViews(provider.GetRequiredService<NamingOptions>(), provider.GetRequiredService<HostingOptions>()));
        return services;
    }
}
