using MtaSts.Modules;

namespace MtaSts.Host.Modules;

/// <summary>What a module can offer.</summary>
internal enum OfferKind
{
    /// <summary>Chosen by <c>Hosting:Provider</c>.</summary>
    HostnameProvider,

    /// <summary>Chosen by <c>Hosting:DnsProvider</c>.</summary>
    DnsProvider,

    /// <summary>Runs when it is there; its own settings switch it on.</summary>
    ReportSource,
}

/// <summary>Something that a module offers.</summary>
/// <param name="Name">The value of the setting that chooses it; for a report source its class.</param>
internal sealed record ModuleOffer(OfferKind Kind, string Name, Type Type)
{
    public bool IsNamed(OfferKind kind, string name) => Kind == kind && string.Equals(Name, name.Trim(), StringComparison.OrdinalIgnoreCase);
}

/// <summary>A module that was found: built in, or a plug-in that may have failed to load.</summary>
internal sealed class HostedModule(string origin, bool isBuiltIn, TimeProvider clock)
{
    /// <summary>The plug-in's file, or <c>built in</c>.</summary>
    public string Origin => origin;

    public bool IsBuiltIn => isBuiltIn;

    /// <summary>Read once from the module; null when it could not be read.</summary>
    public string? Id { get; init; }

    public string? Version { get; init; }

    /// <summary>The version of the contracts it was built against.</summary>
    public string? Sdk { get; init; }

    /// <summary>The module's own object; null when it could not be made.</summary>
    public IModule? Module { get; init; }

    public PluginLoadContext? Context { get; init; }

    public ModuleHealth Health { get; } = new(clock);

    public bool IsUsable => Health.Problem is null;

    /// <summary>What to call it in messages.</summary>
    public string Name => Id ?? Path.GetFileNameWithoutExtension(origin);

    public IReadOnlyList<ModuleOffer> Offers { get; set; } = [];

    /// <summary>What it registered, for a container of its own.</summary>
    public IServiceCollection Services { get; set; } = new ServiceCollection();

    /// <summary>Made on first use, and only if something of the module is used.</summary>
    public ModuleContainer? Container { get; set; }

    /// <summary>Kept out for good, with the reason.</summary>
    public HostedModule Refused(string problem)
    {
        Health.Refuse(problem);
        Offers = [];
        return this;
    }
}
