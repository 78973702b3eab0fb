using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules;

/// <summary>Registers a module's services and offers.</summary>
public interface IModuleBuilder
{
    /// <summary>
    /// The registrations of the module's own container, which is created at the first use of the module; they change no service of the host or of
    /// another module. In addition to the module's services it contains <see cref="IDnsLookup"/>, <see cref="IHostedNames"/>, <see cref="IReportInbox"/>,
    /// <see cref="TimeProvider"/>, <c>IHttpClientFactory</c> (see <see cref="Http.ModuleHttp"/>), <c>ILogger&lt;T&gt;</c> and a copy of the
    /// configuration; replacing them has no effect. Hosted services are started after the service has started, if an offer of the module is selected
    /// or it has none. One that throws or hangs is shown to the operator; all together have 8 s to stop.
    /// </summary>
    IServiceCollection Services { get; }

    /// <summary>
    /// The section <c>Modules:{id}</c> of the configuration; empty when the operator set nothing. It includes the section under the id with an
    /// underscore for the dot, because every shell can set <c>Modules__source_imap__Host</c>.
    /// </summary>
    IConfigurationSection Settings { get; }

    /// <summary>
    /// Adds a hostname provider that the operator selects by <c>Hosting:Provider</c>. It is constructed when it is selected, or when a hostname that
    /// it created still exists; therefore its id must be the module's.
    /// </summary>
    /// <param name="name">The value of <c>Hosting:Provider</c> that selects it, compared without case: <c>Caddy</c>.</param>
    void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider;

    /// <summary>Adds a DNS provider that the operator selects by <c>Hosting:DnsProvider</c>. Constructed like a hostname provider; its id must be the module's.</summary>
    /// <param name="name">The value of <c>Hosting:DnsProvider</c> that selects it, compared without case: <c>Rfc2136</c>.</param>
    void AddDnsProvider<TProvider>(string name) where TProvider : class, IDnsProvider;

    /// <summary>Adds a report source. Constructed once, when the service has started; an exception of its constructor is treated like one of its run.</summary>
    void AddReportSource<TSource>() where TSource : class, IReportSource;

    /// <summary>
    /// Adds a notifier, which the channels of all workspaces may use. Constructed at its first use; its id must be the module's, which therefore adds one.
    /// </summary>
    /// <param name="enabledBy">The setting without which it cannot be used, <c>Modules:notice.mail:Host</c>; null when it can be used.</param>
    void AddNotifier<TNotifier>(string? enabledBy = null) where TNotifier : class, INotifier;
}
