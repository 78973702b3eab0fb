using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Host.Bootstrap;

namespace MtaSts.Host.Api;

/// <summary>The modules of the service, for the operator's monitoring.</summary>
internal static class PluginCalls
{
    public static void MapPlugins(this IEndpointRouteBuilder api) => api.MapGet("/plugins", Get).WithTags("Operation").WithSummary(
        "Modules and plug-ins of the silo that answers: in use, present and not chosen (enabledBy names the setting), or kept out, with the last fault. For tokens of the operator's workspace only.");

    private static Results<Ok<ListPage<PluginResource>>, ProblemHttpResult> Get(Caller caller, IPlugins plugins) => caller.WorkspaceId == BootstrapService.WorkspaceId
        ? TypedResults.Ok(ListPage<PluginResource>.All([.. plugins.All.Select(PluginResource.Of)]))
        : Problems.Of(StatusCodes.Status403Forbidden, "forbidden", "Only the operator's workspace may see the service's plug-ins.");
}

/// <param name="Id">Null when a plug-in could not be loaded so far.</param>
/// <param name="Path">The plug-in's file; null for a built-in module.</param>
/// <param name="Sdk">The version of MtaSts.Modules it was built against.</param>
/// <param name="Chosen">Whether the settings have it do anything.</param>
/// <param name="EnabledBy">What to set to have it used; empty when it is chosen or cannot be used.</param>
/// <param name="LastFault">The last thing that went wrong since the start.</param>
internal sealed record PluginResource(
    string? Id, string? Path, string? Version, string? Sdk, bool BuiltIn, IReadOnlyList<PluginOfferResource> Offers, bool Chosen, IReadOnlyList<string> EnabledBy, PluginHealth Health, PluginFaultView? LastFault)
{
    public static PluginResource Of(PluginView plugin) => new(
        plugin.Id, plugin.Path, plugin.Version, plugin.Sdk, plugin.BuiltIn, [.. plugin.Offers.Select(offer => new PluginOfferResource(offer.Kind, offer.Name, offer.IsChosen, offer.EnabledBy))],
        plugin.Chosen, plugin.Chosen ? [] : [.. plugin.Offers.Select(offer => offer.EnabledBy).OfType<string>()], plugin.Health, plugin.LastFault);
}

/// <param name="EnabledBy">The setting that chooses it; null for a report source that runs.</param>
internal sealed record PluginOfferResource(PluginOfferKind Kind, string Name, bool Chosen, string? EnabledBy);
