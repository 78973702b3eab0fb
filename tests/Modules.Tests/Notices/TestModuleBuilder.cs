using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Tests.Notices;

/// <summary>Takes the registrations of a module that offers a notifier.</summary>
internal sealed class TestModuleBuilder(IConfigurationSection settings) : IModuleBuilder
{
    public IServiceCollection Services { get; } = new ServiceCollection();

    public IConfigurationSection Settings => settings;

    public Type? Notifier { get; private set; }

    public string? EnabledBy { get; private set; }

    public void AddNotifier<TNotifier>(string? enabledBy = null) where TNotifier : class, INotifier
    {
        Services.AddSingleton<TNotifier>();
        (Notifier, EnabledBy) = (typeof(TNotifier), enabledBy);
    }

    public void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider => throw new NotSupportedException();

    public void AddDnsProvider<TProvider>(string name) where TProvider : class, IDnsProvider => throw new NotSupportedException();

    public void AddReportSource<TSource>() where TSource : class, IReportSource => throw new NotSupportedException();
}
