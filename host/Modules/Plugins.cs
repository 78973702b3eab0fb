using MtaSts.Grains;

namespace MtaSts.Host.Modules;

/// <summary>Describes the modules to the operator.</summary>
internal sealed class Plugins(ModuleCatalog modules, ReportSourceHost sources, IConfiguration configuration) : IPlugins
{
    public IReadOnlyList<PluginView> All => [.. modules.All.Select(View)];

    private PluginView View(HostedModule module)
    {
        var running = module.Id is { } id ? sources.Of(id) : [];
        PluginOfferView[] offers = [.. module.Offers.Where(offer => offer.Kind != OfferKind.ReportSource).Select(offer => Offer(module, offer)), .. running.Select(Source)];
        var isChosen = module.IsUsable && (offers.Length == 0 || offers.Any(offer => offer.IsChosen));
        var health = !module.IsUsable ? PluginHealth.Unusable
            : module.Health.IsFailing || running.Any(source => source.State == ReportSourceState.Troubled) ? PluginHealth.Failing
            : isChosen ? PluginHealth.Ok
            : PluginHealth.Off;
        var troubled = running.Where(source => source.State == ReportSourceState.Troubled).Select(source => new PluginFaultView(source.Since, source.Detail)).ToArray();
        var last = module.Health.LastFault is { } seen ? new PluginFaultView(seen.At, seen.Message) : null;
        // A current fault comes before a past one.
        var fault = (last is not null && (troubled.Length == 0 || module.Health.IsFailing) ? troubled.Append(last) : troubled).MaxBy(fault => fault.At);
        return new PluginView(module.Id, module.IsBuiltIn ? null : module.Origin, module.Version, module.Sdk, module.IsBuiltIn, offers, isChosen, health, fault);
    }

    private PluginOfferView Offer(HostedModule module, ModuleOffer offer)
    {
        var (kind, name, enabledBy) = offer.Kind switch
        {
            OfferKind.HostnameProvider => (PluginOfferKind.HostnameProvider, offer.Name, $"Hosting:Provider={offer.Name}"),
            OfferKind.DnsProvider => (PluginOfferKind.DnsProvider, offer.Name, $"Hosting:DnsProvider={offer.Name}"),
            _ => (PluginOfferKind.Notifier, module.Id!, offer.EnabledBy),
        };
        return new PluginOfferView(kind, name, offer.IsChosen(configuration), enabledBy);
    }

    /// <summary>A source reports which of its settings enables it.</summary>
    private static PluginOfferView Source(ReportSourceView source) =>
        new(PluginOfferKind.ReportSource, source.Id, source.State != ReportSourceState.Off, source.State == ReportSourceState.Off ? source.Detail : null);
}
