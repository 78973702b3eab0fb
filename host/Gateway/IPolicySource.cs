using MtaSts.Grains;
using MtaSts.Grains.Storage;

namespace MtaSts.Host.Gateway;

/// <summary>Source of the cache's policies.</summary>
internal interface IPolicySource
{
    /// <summary>Null: nothing is served for this domain.</summary>
    ValueTask<ServedPolicy?> GetAsync(string domain);

    /// <summary>Whether the domain is known to be hosted, from memory. An extra or a missing name only costs a slower look-up.</summary>
    bool IsHosted(string domain);

    /// <summary>The domains known to be hosted.</summary>
    IEnumerable<string> HostedDomains();

    /// <summary>Reports that a version was served until <paramref name="until"/> although it had been replaced.</summary>
    Task ServedWhileCutOffAsync(string domain, int number, DateTimeOffset until);
}

internal sealed class GrainPolicySource(IGrainFactory grains, LiveKeys? keys = null) : IPolicySource
{
    public async ValueTask<ServedPolicy?> GetAsync(string domain)
    {
        var policy = await grains.Domain(domain).GetServedPolicy();
        if (policy is null)
            keys?.Remove(LiveKeys.Domain, domain);
        else
            keys?.Add(LiveKeys.Domain, domain);
        return policy;
    }

    public bool IsHosted(string domain) => keys?.Contains(LiveKeys.Domain, domain) == true;

    public IEnumerable<string> HostedDomains() => keys?.All(LiveKeys.Domain) ?? [];

    public Task ServedWhileCutOffAsync(string domain, int number, DateTimeOffset until) => grains.Domain(domain).ServedWhileCutOff(number, until);
}
