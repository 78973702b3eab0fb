namespace MtaSts.Host.Modules;

/// <summary>Selects the modules' offers by the operator's settings.</summary>
internal static class ModuleChoice
{
    /// <summary>The offers of a kind by usable modules.</summary>
    public static IEnumerable<(HostedModule Module, ModuleOffer Offer)> Offering(this ModuleCatalog modules, OfferKind kind) =>
        modules.All.SelectMany(module => module.Offers.Where(offer => offer.Kind == kind).Select(offer => (module, offer)));

    /// <summary>The module with this offer; null when it may be a plug-in that could not be loaded: the service then runs without it.</summary>
    /// <exception cref="InvalidOperationException">No module has this offer.</exception>
    public static HostedModule? Choose(this ModuleCatalog modules, OfferKind kind, string name, string setting) =>
        modules.Offering(kind).FirstOrDefault(offer => offer.Offer.IsNamed(kind, name)).Module
        ?? (modules.MissesOffers ? null : throw new InvalidOperationException($"{setting} is “{name}”, which no module offers. Offered are: {modules.Offered(kind)}."));

    /// <summary>The names of a kind, for messages.</summary>
    public static string Offered(this ModuleCatalog modules, OfferKind kind) => string.Join(", ", modules.Offering(kind).Select(offer => offer.Offer.Name));

    /// <summary>Why a selected provider is missing.</summary>
    public static string Missing(this ModuleCatalog modules, string setting, string name) =>
        $"{setting} is “{name}”, which no loaded module offers. Not in use: {string.Join(" ", modules.All.Where(module => !module.IsUsable).Select(module => $"{module.Name}: {module.Health.Problem}"))}";

    /// <summary>The id to store for a provider that could not be loaded: its module's id if known, else one in the form of ids.</summary>
    public static string MissingId(this ModuleCatalog modules, string kind, string name)
    {
        var id = $"{kind}.{name.Trim().ToLowerInvariant()}";
        var refused = modules.All.Where(module => !module.IsUsable && module.Id is not null).Select(module => module.Id!).ToArray();
        return refused is [var only] ? only : id;
    }

    /// <summary>Whether the settings select this offer; a report source is always selected, a notifier unless a setting is missing.</summary>
    public static bool IsChosen(this ModuleOffer offer, IConfiguration configuration) => offer.Kind switch
    {
        OfferKind.HostnameProvider => offer.IsNamed(offer.Kind, configuration["Hosting:Provider"] ?? "Local"),
        OfferKind.DnsProvider => offer.IsNamed(offer.Kind, configuration["Hosting:DnsProvider"] ?? ""),
        OfferKind.Notifier => offer.EnabledBy is null,
        _ => true,
    };

    /// <summary>Whether any part of the module is selected; a module with only hosted services is.</summary>
    public static bool IsChosen(this HostedModule module, IConfiguration configuration) =>
        module.IsUsable && (module.Offers.Count == 0 || module.Offers.Any(offer => offer.IsChosen(configuration)));
}
