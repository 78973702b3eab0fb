namespace MtaSts.Grains;

/// <summary>The modules of this silo, those built in and plug-ins, for its operator: in use, present and not chosen, or kept out.</summary>
public interface IPlugins
{
    /// <summary>Built-in ones first.</summary>
    IReadOnlyList<PluginView> All { get; }
}

/// <summary>A module as its operator sees it.</summary>
/// <param name="Id">Permanent id; null when a plug-in could not be loaded so far.</param>
/// <param name="Path">The plug-in's file; null for a built-in module.</param>
/// <param name="Version">The module's version.</param>
/// <param name="Sdk">The version of MtaSts.Modules it was built against.</param>
/// <param name="BuiltIn">Whether it is part of the service.</param>
/// <param name="Offers">What it offers.</param>
/// <param name="Chosen">Whether the settings have it do anything.</param>
/// <param name="Health">How it is doing.</param>
/// <param name="LastFault">The last thing that went wrong since the start; null when nothing did.</param>
public sealed record PluginView(string? Id, string? Path, string? Version, string? Sdk, bool BuiltIn, IReadOnlyList<PluginOfferView> Offers, bool Chosen, PluginHealth Health, PluginFaultView? LastFault);

/// <summary>Something that a module offers.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">By what the settings name it; a report source's id.</param>
/// <param name="IsChosen">Whether the settings choose it.</param>
/// <param name="EnabledBy">The setting that chooses it; null for a report source that runs.</param>
public sealed record PluginOfferView(PluginOfferKind Kind, string Name, bool IsChosen, string? EnabledBy);

/// <summary>A fault of a module.</summary>
/// <param name="At">When it was seen.</param>
/// <param name="Message">What was wrong.</param>
public sealed record PluginFaultView(DateTimeOffset At, string Message);

/// <summary>What a module can offer.</summary>
public enum PluginOfferKind
{
    /// <summary>Terminates HTTPS for policy hosts.</summary>
    HostnameProvider,

    /// <summary>Writes delegated records.</summary>
    DnsProvider,

    /// <summary>Takes reports in.</summary>
    ReportSource,
}

/// <summary>How a module is doing.</summary>
public enum PluginHealth
{
    /// <summary>Present and not chosen.</summary>
    Off,

    /// <summary>In use.</summary>
    Ok,

    /// <summary>Something of it fails.</summary>
    Failing,

    /// <summary>Could not be loaded or configured; nothing of it is used.</summary>
    Unusable,
}
