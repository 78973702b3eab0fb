using Microsoft.Extensions.Options;
using MtaSts.Modules.Cloudflare.Api;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// Looks hostnames up. A few are asked for by name; when more than <see cref="LoneLookups"/> are asked for within one
/// listing's lifetime, listings of what is pending answer for all of them. What a listing lacks is asked for by name: that a
/// hostname is absent, or live, is never concluded from a listing.
/// </summary>
internal sealed class HostnameDirectory(IOptions<CloudflareOptions> options, TimeProvider clock)
{
    /// <summary>Look-ups by name in one lifetime before listing pays: a listing costs at least one request for each filter.</summary>
    public const int LoneLookups = 5;

    /// <summary>Pages of one listing: 1,000 hostnames pending in the same state at once. What is beyond is asked for by name.</summary>
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
    /// <summary>On the monotonic clock, as a listing's end is: a system clock that is set back makes nothing old look new.</summary>
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
        return await FindAloneAsync(client, hostname, cancellationToken);
    }

    /// <summary>The hostname as it is at Cloudflare at this moment.</summary>
    public static async Task<ApiAnswer<CustomHostname?>> FindAloneAsync(CloudflareClient client, string hostname, CancellationToken cancellationToken)
    {
        var answer = await client.FindAsync(hostname, cancellationToken);
        return answer.Select(found => found.OrderByDescending(item => HostnameStatus.IsActive(item.Status)).ThenBy(item => item.Status == HostnameStatus.PendingDeletion).FirstOrDefault());
    }

    /// <summary>This process has changed the hostname: what the listings hold of it is outdated.</summary>
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

    /// <summary>One reader for all who ask meanwhile; it does not end with the one who asked first.</summary>
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
