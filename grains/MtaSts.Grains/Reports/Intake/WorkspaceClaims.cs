using MtaSts.Protocol;

namespace MtaSts.Grains.Reports;

/// <summary>The queries of attribution about a workspace's domains. They never return data of another workspace.</summary>
internal interface IWorkspaceClaims
{
    /// <summary>Looks up which of the names the workspace has claimed: one call for all reports of an envelope.</summary>
    Task Load(IEnumerable<string> names);

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
    /// <summary>Maximum number of distinct names looked up per envelope. Bounds: the size of the call. Those of all reports that a delivery may hold, unless each is about many domains; further ones count as unclaimed.</summary>
    public const int MaxNames = 20_000;

    /// <summary>Maximum number of names looked up one by one: those that only a header or a file name tells.</summary>
    private const int MaxSingle = 1_000;

    /// <summary>Maximum number of domains checked for their MX hosts, for uploads only; a workspace may have many more.</summary>
    private const int MaxAsked = 1_000;

    private readonly Dictionary<string, ClaimView?> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> claimed = new(StringComparer.Ordinal);
    private readonly List<(string Domain, ClaimView? Claim)> all = [];
    private bool isAllLoaded;
    private int single;

    public async Task Load(IEnumerable<string> names)
    {
        string[] asked = [.. names.Distinct(StringComparer.Ordinal).Where(static name => DomainName.TryParse(name, out var domain, out _) && domain.Value == name).Take(MaxNames)];
        if (asked.Length > 0)
            claimed.UnionWith(await grains.Workspace(workspaceId).ClaimedAmong(asked));
        foreach (var name in asked)
        {
            if (name != addressed && !claimed.Contains(name))
                known[name] = null;
        }
    }

    public async Task<ClaimView?> Find(string domain)
    {
        if (known.TryGetValue(domain, out var claim))
            return claim;
        if (!DomainName.TryParse(domain, out var name, out _) || name.Value != domain)
            return null;
        if (!claimed.Contains(domain) && single++ >= MaxSingle)
            return null;
        // The workspace grain has its domains in memory; activating a domain grain for every name would read from storage.
        var isClaimed = domain == addressed || claimed.Contains(domain) || await grains.Workspace(workspaceId).HasClaim(domain);
        return known[domain] = isClaimed ? await grains.Domain(domain).GetClaim(workspaceId) : null;
    }

    public async Task<IReadOnlyList<string>> WithMxHost(string host)
    {
        if (!isAllLoaded)
        {
            string? after = null;
            do
            {
                var page = await grains.Workspace(workspaceId).ListDomains(after, IWorkspaceGrain.MaxPage);
                all.AddRange(await Task.WhenAll(page.Items.Select(async domain => (domain, await grains.Domain(domain).GetClaim(workspaceId)))));
                after = page.Next;
            }
            while (after is not null && all.Count < MaxAsked);
            isAllLoaded = true;
        }
        return [.. all.Where(known => known.Claim.Has(host)).Select(known => known.Domain)];
    }

    public async Task<string?> Only() => (await grains.Workspace(workspaceId).ListDomains(null, 2)).Items is [var only] ? only : null;
}

internal static class ClaimViews
{
    public static bool Has(this ClaimView? claim, string mxHost) => claim?.MxHosts.Contains(mxHost, StringComparer.OrdinalIgnoreCase) ?? false;
}
