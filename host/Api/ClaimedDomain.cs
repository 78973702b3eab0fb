using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>Reads a domain's name from a path: as people write it, upper-case and U-labels included.</summary>
internal static class ClaimedDomain
{
    /// <summary>The normalised name, or null when no domain can have it.</summary>
    public static string? Name(string path) => DomainName.TryParse(path, out var domain, out _) ? domain.Value : null;

    /// <summary>The domain as the caller's workspace sees it; null without a claim.</summary>
    public static async Task<DomainView?> Find(IGrainFactory grains, Caller caller, string path) =>
        Name(path) is { } name && await grains.Workspace(caller.WorkspaceId).HasClaim(name) ? await grains.Domain(name).GetView(caller.WorkspaceId) : null;
}
