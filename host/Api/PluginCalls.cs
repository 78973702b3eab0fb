using MtaSts.Application;
using MtaSts.Application.Operation;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>The modules of the service, for the operator's monitoring.</summary>
internal static class PluginCalls
{
    public static void MapPlugins(this IEndpointRouteBuilder api) =>
        api.MapGet("/plugins", (Caller caller, ServiceQueries service) => service.Status(caller.Actor).Ok(status => new ListPage<PluginResource>([.. status.Plugins.Select(PluginResource.Of)], null)))
            .Needs(Permissions.ServiceRead).WithTags("Operation").WithSummary(
                "Modules and plug-ins of the silo that answers: in use, available but not enabled (enabledBy names the setting), or not loaded, with the last fault. For tokens of the operator's workspace only.");
}

/// <param name="Id">Null when a plug-in has not been loaded.</param>
/// <param name="Path">The plug-in's file; null for a built-in module.</param>
/// <param name="Sdk">The version of MtaSts.Modules it was built against.</param>
/// <param name="Chosen">Whether the settings enable any part of it.</param>
/// <param name="EnabledBy">The settings that enable it; empty when it is enabled or cannot be used.</param>
/// <param name="LastFault">The last fault since the start.</param>
internal sealed record PluginResource(
    string? Id, string? Path, string? Version, string? Sdk, bool BuiltIn, IReadOnlyList<PluginOfferResource> Offers, bool Chosen, IReadOnlyList<string> EnabledBy, PluginHealth Health, PluginFaultResource? LastFault)
{
    public static PluginResource Of(PluginView plugin) => new(
        plugin.Id, plugin.Path, plugin.Version, plugin.Sdk, plugin.BuiltIn, [.. plugin.Offers.Select(offer => new PluginOfferResource(offer.Kind, offer.Name, offer.IsChosen, offer.EnabledBy))],
        plugin.Chosen, plugin.Chosen ? [] : [.. plugin.Offers.Select(offer => offer.EnabledBy).OfType<string>()], plugin.Health, plugin.LastFault is { } fault ? new(fault.At, fault.Message) : null);
}

/// <param name="EnabledBy">The setting that enables it; null for a report source that runs and a notifier that can be used.</param>
internal sealed record PluginOfferResource(PluginOfferKind Kind, string Name, bool Chosen, string? EnabledBy);

/// <summary>A fault of a module.</summary>
/// <param name="At">When the fault was detected.</param>
/// <param name="Message">Description of the fault.</param>
internal sealed record PluginFaultResource(DateTimeOffset At, string Message);
