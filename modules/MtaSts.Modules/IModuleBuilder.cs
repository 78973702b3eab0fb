using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules;

/// <summary>What a module is given to register itself with.</summary>
public interface IModuleBuilder
{
    /// <summary>
    /// What the module's own container is made of, once something of the module is used; nothing in it changes a service of the host or of another module. Beside the module's own services it
    /// offers <see cref="IDnsLookup"/>, <see cref="IHostedNames"/>, <see cref="IReportInbox"/>, <see cref="TimeProvider"/>, <c>IHttpClientFactory</c>, <c>ILogger&lt;T&gt;</c> and a copy of the
    /// configuration; what the module registers in their place has no effect. Hosted services are started when the service has started, if an offer of the module is chosen or it has none. One that
    /// throws or hangs is shown to the operator; at the end all have 8 s.
    /// </summary>
    IServiceCollection Services { get; }

    /// <summary>
    /// The section <c>Modules:{id}</c> of the configuration; empty when the operator set nothing. What stands under the id with its dot as
    /// an underscore is in it too: <c>Modules__source_imap__Host</c> is a name that every shell can set.
    /// </summary>
    IConfigurationSection Settings { get; }

    /// <summary>
    /// Adds a hostname provider that the operator chooses by <c>Hosting:Provider</c>. It is constructed when it is chosen, or when a hostname is still there that it made: for that its id must be
    /// the module's.
    /// </summary>
    /// <param name="name">The value of <c>Hosting:Provider</c> that selects it, compared without case: <c>Caddy</c>.</param>
    void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider;

    /// <summary>Adds a DNS provider that the operator chooses by <c>Hosting:DnsProvider</c>. Constructed as a hostname provider is; its id must be the module's.</summary>
    /// <param name="name">The value of <c>Hosting:DnsProvider</c> that selects it, compared without case: <c>Rfc2136</c>.</param>
    void AddDnsProvider<TProvider>(string name) where TProvider : class, IDnsProvider;

    /// <summary>Adds a report source. Constructed once, when the service has started; an exception of its constructor is treated as one of its run.</summary>
    void AddReportSource<TSource>() where TSource : class, IReportSource;
}
