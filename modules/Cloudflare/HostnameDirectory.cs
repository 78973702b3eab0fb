using Microsoft.Extensions.Options;
using MtaSts.Modules.Cloudflare.Api;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// Looks hostnames up. A few are looked up by name; for more than <see cref="LoneLookups"/> within one listing's lifetime, listings of the pending
/// ones are used. A hostname that is not in a listing is looked up by name: a listing never proves that a hostname is absent or live.
/// </summary>
internal sealed class HostnameDirectory(IOptions<CloudflareOptions> options, TimeProvider clock)
{
    /// <summary>Look-ups by name in one lifetime before a listing is cheaper: a listing costs at least one request for each filter.</summary>
    public const int LoneLookups = 5;

    /// <summary>Pages of one listing: 1,000 hostnames pending in the same state at once. Further ones are looked up by name.</summary>
    public const int MaxPages = 20;

    private static readonly HostnameFilter[] Filters =
    [
        HostnameFilter.ByStatus(HostnameStatus.Pending),
        HostnameFilter.BySslStatus(SslStatus.PendingValidation),
        HostnameFilter.BySslStatus(SslStatus.PendingIssuance),
        HostnameFilter.BySslStatus(SslStatus.PendingDeployment),
        HostnameFilter.BySslStatus(SslStatus.Initializing),
    ];

    private readonly Lock gate = new();
    private readonly Dictionary<HostnameFilter, HostnameListing> listings = [];
    /// <summary>On the monotonic clock, like a listing's end, so that a change of the system clock has no effect.</summary>
    private TimeSpan windowEnds;
    private int lone;

    /// <summary>The hostname, or null when Cloudflare has none of this name.</summary>
    public async Task<ApiAnswer<CustomHostname?>> FindAsync(CloudflareClient client, string hostname, CancellationToken cancellationToken)
    {
        if (!IsLone())
        {
            foreach (var filter in Filters)
            {
                var listing = await Current(client, filter).WaitAsync(cancellationToken);
                if (listing.Find(hostname) is { } found)
                    return new ApiAnswer<CustomHostname?>.Ok(found);
                if (listing.Failure is { } failure)
                    return failure;
            }
        }
        return await FindByNameAsync(client, hostname, cancellationToken);
    }

    /// <summary>The current hostname at Cloudflare.</summary>
    public static async Task<ApiAnswer<CustomHostname?>> FindByNameAsync(CloudflareClient client, string hostname, CancellationToken cancellationToken)
    {
        var answer = await client.FindAsync(hostname, cancellationToken);
        return answer.Select(found => found.OrderByDescending(item => HostnameStatus.IsActive(item.Status)).ThenBy(item => item.Status == HostnameStatus.PendingDeletion).FirstOrDefault());
    }

    /// <summary>Removes the hostname from the listings, because this process has changed it.</summary>
    public void Forget(string hostname)
    {
        lock (gate)
        {
            foreach (var listing in listings.Values)
                listing.Forget(hostname);
        }
    }

    private bool IsLone()
    {
        lock (gate)
        {
            var now = clock.GetElapsedTime(0);
            if (now >= windowEnds)
                (windowEnds, lone) = (now + options.Value.ListingLifetime, 0);
            return ++lone <= LoneLookups;
        }
    }

    /// <summary>One reader for all concurrent callers; it does not end with the first caller.</summary>
    private Task<HostnameListing> Current(CloudflareClient client, HostnameFilter filter)
    {
        HostnameListing listing;
        lock (gate)
        {
            var now = clock.GetElapsedTime(0);
            if (listings.TryGetValue(filter, out var current) && now < current.Until)
                return current.Read;
            listings[filter] = listing = new HostnameListing(now + options.Value.ListingLifetime);
        }
        _ = listing.BeginAsync(client, filter);
        return listing.Read;
    }
}
