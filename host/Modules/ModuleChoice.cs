namespace MtaSts.Host.Modules;

/// <summary>What the operator's settings choose of what the modules offer.</summary>
internal static class ModuleChoice
{
    /// <summary>What usable modules offer of a kind.</summary>
    public static IEnumerable<(HostedModule Module, ModuleOffer Offer)> Offering(this ModuleCatalog modules, OfferKind kind) =>
        modules.All.SelectMany(module => module.Offers.Where(offer => offer.Kind == kind).Select(offer => (module, offer)));

    /// <summary>The module that offers it; null when that may be a plug-in which could not be loaded: the service then serves without it.</summary>
    /// <exception cref="InvalidOperationException">No module offers it.</exception>
    public static HostedModule? Choose(this ModuleCatalog modules, OfferKind kind, string name, string setting) =>
        modules.Offering(kind).FirstOrDefault(offer => offer.Offer.IsNamed(kind, name)).Module
        ?? (modules.MissesOffers ? null : throw new InvalidOperationException($"{setting} is “{name}”, which no module offers. Offered are: {modules.Offered(kind)}."));

    /// <summary>The names of a kind, for messages.</summary>
    public static string Offered(this ModuleCatalog modules, OfferKind kind) => string.Join(", ", modules.Offering(kind).Select(offer => offer.Offer.Name));

    /// <summary>Why a chosen provider is not there.</summary>
    public static string Missing(this ModuleCatalog modules, string setting, string name) =>
        $"{setting} is “{name}”, which no loaded module offers. Not in use: {string.Join(" ", modules.All.Where(module => !module.IsUsable).Select(module => $"{module.Name}: {module.Health.Problem}"))}";

    /// <summary>The id to store for a provider that could not be loaded: its module's where that is known, else by the form of ids.</summary>
    public static string MissingId(this ModuleCatalog modules, string kind, string name)
    {
        var id = $"{kind}.{name.Trim().ToLowerInvariant()}";
        var refused = modules.All.Where(module => !module.IsUsable && module.Id is not null).Select(module => module.Id!).ToArray();
        return refused is [var only] ? only : id;
    }

    /// <summary>Whether the settings choose this offer; a report source is chosen by being there.</summary>
    public static bool IsChosen(this ModuleOffer offer, IConfiguration configuration) => offer.Kind switch
    {
        OfferKind.HostnameProvider => offer.IsNamed(offer.Kind, configuration["Hosting:Provider"] ?? "Local"),
        OfferKind.DnsProvider => offer.IsNamed(offer.Kind, configuration["Hosting:DnsProvider"] ?? ""),
        _ => true,
    };

    /// <summary>Whether anything of the module is wanted; one that offers nothing but hosted services is.</summary>
    public static bool IsChosen(this HostedModule module, IConfiguration configuration) =>
        module.IsUsable && (module.Offers.Count == 0 || module.Offers.Any(offer => offer.IsChosen(configuration)));
}
