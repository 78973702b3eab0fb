using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules;

/// <summary>What a module is given to register itself with.</summary>
public interface IModuleBuilder
{
    /// <summary>Added to the host's container once <see cref="IModule.Configure"/> has returned. Beside the module's own services it offers <see cref="Dns.IDnsLookup"/>, <see cref="IHostedNames"/>,
    /// <see cref="TimeProvider"/>, <c>IHttpClientFactory</c> and <c>ILogger&lt;T&gt;</c>.</summary>
    IServiceCollection Services { get; }

    /// <summary>The section <c>Modules:{id}</c> of the configuration; empty when the operator set nothing.</summary>
    IConfigurationSection Settings { get; }

    /// <summary>Adds a hostname provider that the operator chooses by <c>Hosting:Provider</c>.</summary>
    /// <param name="name">The value of <c>Hosting:Provider</c> that selects it, compared without case: <c>Caddy</c>.</param>
    void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider;
}
