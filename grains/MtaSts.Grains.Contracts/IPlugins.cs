namespace MtaSts.Grains;

/// <summary>The modules of this silo, built-in ones and plug-ins, for the operator: in use, not selected, or unusable.</summary>
public interface IPlugins
{
    /// <summary>Built-in ones first.</summary>
    IReadOnlyList<PluginView> All { get; }
}

/// <summary>A module as shown to the operator.</summary>
/// <param name="Id">Permanent id; null when a plug-in could not be loaded.</param>
/// <param name="Path">The plug-in's file; null for a built-in module.</param>
/// <param name="Version">The module's version.</param>
/// <param name="Sdk">The version of MtaSts.Modules it was built against.</param>
/// <param name="BuiltIn">Whether it is part of the service.</param>
/// <param name="Offers">Its offers.</param>
/// <param name="Chosen">Whether the settings use it.</param>
/// <param name="Health">Its state.</param>
/// <param name="LastFault">The last fault since the start; null when there was none.</param>
public sealed record PluginView(string? Id, string? Path, string? Version, string? Sdk, bool BuiltIn, IReadOnlyList<PluginOfferView> Offers, bool Chosen, PluginHealth Health, PluginFaultView? LastFault);

/// <summary>A capability that a module offers.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">The name used in the settings; a report source's or notifier's id.</param>
/// <param name="IsChosen">Whether the settings select it.</param>
/// <param name="EnabledBy">The setting that selects it; null for a running report source and a usable notifier.</param>
public sealed record PluginOfferView(PluginOfferKind Kind, string Name, bool IsChosen, string? EnabledBy);

/// <summary>A fault of a module.</summary>
/// <param name="At">When it occurred.</param>
/// <param name="Message">Description of the fault.</param>
public sealed record PluginFaultView(DateTimeOffset At, string Message);

/// <summary>What a module can offer.</summary>
public enum PluginOfferKind
{
    /// <summary>Terminates HTTPS for policy hosts.</summary>
    HostnameProvider,

    /// <summary>Writes delegated records.</summary>
    DnsProvider,

    /// <summary>Receives reports.</summary>
    ReportSource,

    /// <summary>Sends notices to channels.</summary>
    Notifier,
}

/// <summary>State of a module.</summary>
public enum PluginHealth
{
    /// <summary>Present but not selected.</summary>
    Off,

    /// <summary>In use.</summary>
    Ok,

    /// <summary>A part of it fails.</summary>
    Failing,

    /// <summary>Could not be loaded or configured; it is not used.</summary>
    Unusable,
}
