using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtaSts.Host.Storage;
using Orleans.Storage;

namespace MtaSts.Grains.Tests.Storage;

/// <summary>Every state that a grain of the assembly stores, found by its <see cref="PersistentStateAttribute"/>, and what it is written with.</summary>
internal static class StoredStates
{
    /// <summary>The states by name.</summary>
    public static IReadOnlyList<(string Name, string Provider, Type Type, Type Grain)> All { get; } =
    [
        .. from grain in typeof(StateNames).Assembly.GetTypes()
           from constructor in grain.GetConstructors()
           from parameter in constructor.GetParameters()
           let stored = parameter.GetCustomAttribute<PersistentStateAttribute>()
           where stored is not null
           orderby stored.StateName
           select (stored.StateName, stored.StorageName ?? "", parameter.ParameterType.GetGenericArguments()[0], grain),
    ];

    /// <summary>What the host writes states with, from the host's own set-up; nothing of it is started.</summary>
    public static IGrainStorageSerializer Serializer { get; } = MakeSerializer();

    private static IGrainStorageSerializer MakeSerializer()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddStorage();
        return builder.Build().Services.GetRequiredService<IGrainStorageSerializer>();
    }
}
