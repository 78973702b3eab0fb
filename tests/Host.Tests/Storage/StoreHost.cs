using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MtaSts.Host.Storage;
using MtaSts.Peers;
using MtaSts.Storage;

namespace MtaSts.Host.Tests.Storage;

/// <summary>Hosts with the service's storage room and nothing else.</summary>
internal static class StoreHost
{
    /// <summary>The store without a silo.</summary>
    public static IHost Store(TempStore store, params (string Key, string Value)[] settings) => Build(store, builder => builder.AddStore(), settings);

    /// <summary>The store and the silo, as the service has them.</summary>
    public static IHost Silo(TempStore store, params (string Key, string Value)[] settings) => Build(store, builder => builder.AddStorage(), settings);

    /// <summary>The store's own services, nothing started.</summary>
    public static StoreMigrator Migrator(this IHost host) => host.Services.GetRequiredService<StoreMigrator>();

    private static IHost Build(TempStore store, Action<HostApplicationBuilder> add, params (string Key, string Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(store.Settings);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        add(builder);
        return builder.Build();
    }
}
