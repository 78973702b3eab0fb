using MtaSts.Grains;

namespace MtaSts.Host.Modules;

/// <summary>Describes the modules to the operator.</summary>
internal sealed class Plugins(ModuleCatalog modules, ReportSourceHost sources, IConfiguration configuration) : IPlugins
{
    public IReadOnlyList<PluginView> All => [.. modules.All.Select(View)];

    private PluginView View(HostedModule module)
    {
        var running = module.Id is { } id ? sources.Of(id) : [];
        PluginOfferView[] offers = [.. module.Offers.Where(offer => offer.Kind != OfferKind.ReportSource).Select(Offer), .. running.Select(Source)];
        var isChosen = module.IsUsable && (offers.Length == 0 || offers.Any(offer => offer.IsChosen));
        var health = !module.IsUsable ? PluginHealth.Unusable
            : module.Health.IsFailing || running.Any(source => source.State == ReportSourceState.Troubled) ? PluginHealth.Failing
            : isChosen ? PluginHealth.Ok
            : PluginHealth.Off;
        var fault = module.Health.LastFault is { } last ? new PluginFaultView(last.At, last.Message)
            : running.FirstOrDefault(source => source.State == ReportSourceState.Troubled) is { } troubled ? new PluginFaultView(troubled.Since, troubled.Detail)
            : null;
        return new PluginView(module.Id, module.IsBuiltIn ? null : module.Origin, module.Version, module.Sdk, module.IsBuiltIn, offers, isChosen, health, fault);
    }

    private PluginOfferView Offer(ModuleOffer offer)
    {
        var setting = offer.Kind == OfferKind.HostnameProvider ? "Hosting:Provider" : "Hosting:DnsProvider";
        return new PluginOfferView(offer.Kind == OfferKind.HostnameProvider ? PluginOfferKind.HostnameProvider : PluginOfferKind.DnsProvider, offer.Name, offer.IsChosen(configuration), $"{setting}={offer.Name}");
    }

    /// <summary>A source says itself which of its settings switches it on.</summary>
    private static PluginOfferView Source(ReportSourceView source) =>
        new(PluginOfferKind.ReportSource, source.Id, source.State != ReportSourceState.Off, source.State == ReportSourceState.Off ? source.Detail : null);
}
