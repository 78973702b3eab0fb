using MtaSts.Protocol;

namespace MtaSts.Grains.Reports;

/// <summary>The queries of attribution about a workspace's domains. They never return data of another workspace.</summary>
internal interface IWorkspaceClaims
{
    /// <summary>The workspace's claim on a domain; null when it has none.</summary>
    Task<ClaimView?> Find(string domain);

    /// <summary>The workspace's domains that have this MX host.</summary>
    Task<IReadOnlyList<string>> WithMxHost(string host);

    /// <summary>The workspace's domain, when it has exactly one.</summary>
    Task<string?> Only();
}

/// <param name="addressed">The domain whose token the envelope was sent to, if any.</param>
internal sealed class WorkspaceClaims(IGrainFactory grains, string workspaceId, string? addressed) : IWorkspaceClaims
{
    /// <summary>Maximum number of distinct names looked up per envelope, because an untrusted envelope may contain thousands. Further ones count as unclaimed.</summary>
    public const int MaxNames = 200;

    /// <summary>Maximum number of domains checked for their MX hosts, for uploads only; a workspace may have many more.</summary>
    private const int MaxAsked = 1_000;

    private readonly Dictionary<string, ClaimView?> known = new(StringComparer.Ordinal);

    public async Task<ClaimView?> Find(string domain)
    {
        if (known.TryGetValue(domain, out var claim))
            return claim;
        if (known.Count >= MaxNames || !DomainName.TryParse(domain, out var name, out _) || name.Value != domain)
            return null;
        // The workspace grain has its domains in memory; activating a domain grain for every name would read from storage.
        var isClaimed = domain == addressed || await grains.Workspace(workspaceId).HasClaim(domain);
        return known[domain] = isClaimed ? await grains.Domain(domain).GetClaim(workspaceId) : null;
    }

    public async Task<IReadOnlyList<string>> WithMxHost(string host)
    {
        var found = new List<string>();
        string? after = null;
        for (var asked = 0; asked < MaxAsked; asked += IWorkspaceGrain.MaxPage)
        {
            var page = await grains.Workspace(workspaceId).ListDomains(after, IWorkspaceGrain.MaxPage);
            var claims = await Task.WhenAll(page.Items.Select(domain => grains.Domain(domain).GetClaim(workspaceId).AsTask()));
            found.AddRange(page.Items.Zip(claims).Where(pair => pair.Second.Has(host)).Select(pair => pair.First));
            after = page.Next;
            if (after is null)
                break;
        }
        return found;
    }

    public async Task<string?> Only() => (await grains.Workspace(workspaceId).ListDomains(null, 2)).Items is [var only] ? only : null;
}

internal static class ClaimViews
{
    public static bool Has(this ClaimView? claim, string mxHost) => claim?.MxHosts.Contains(mxHost, StringComparer.OrdinalIgnoreCase) ?? false;
}
