using MtaSts.Modules;

namespace MtaSts.Host.Modules;

/// <summary>Kinds of offers of a module.</summary>
internal enum OfferKind
{
    /// <summary>Selected by <c>Hosting:Provider</c>.</summary>
    HostnameProvider,

    /// <summary>Selected by <c>Hosting:DnsProvider</c>.</summary>
    DnsProvider,

    /// <summary>Always started; its own settings enable it.</summary>
    ReportSource,

    /// <summary>Used by the channels of workspaces.</summary>
    Notifier,
}

/// <summary>An offer of a module.</summary>
/// <param name="Name">The value of the setting that selects it; for a report source or notifier its class.</param>
/// <param name="EnabledBy">The missing setting without which a notifier cannot be used; null when it can.</param>
internal sealed record ModuleOffer(OfferKind Kind, string Name, Type Type, string? EnabledBy = null)
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

    /// <summary>The module's object; null when it could not be created.</summary>
    public IModule? Module { get; init; }

    public ModuleHealth Health { get; } = new(clock);

    public bool IsUsable => Health.Problem is null;

    /// <summary>The module's name in messages.</summary>
    public string Name => Id ?? Path.GetFileNameWithoutExtension(origin);

    public IReadOnlyList<ModuleOffer> Offers { get; set; } = [];

    /// <summary>Its registrations, for its own container.</summary>
    public IServiceCollection Services { get; set; } = new ServiceCollection();

    /// <summary>Created on first use, and only if the module is used.</summary>
    public ModuleContainer? Container { get; set; }

    /// <summary>Marks the module as permanently refused, with the reason.</summary>
    public HostedModule Refused(string problem)
    {
        Health.Refuse(problem);
        Offers = [];
        return this;
    }
}
