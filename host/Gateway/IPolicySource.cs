using MtaSts.Grains;

namespace MtaSts.Host.Gateway;

/// <summary>Where the cache gets policies from.</summary>
internal interface IPolicySource
{
    /// <summary>Null: nothing is served for this domain.</summary>
    ValueTask<ServedPolicy?> GetAsync(string domain);

    /// <summary>Tells that a version was served until <paramref name="until"/> though it had been replaced meanwhile.</summary>
    Task ServedWhileCutOffAsync(string domain, int number, DateTimeOffset until);
}

internal sealed class GrainPolicySource(IGrainFactory grains) : IPolicySource
{
    public ValueTask<ServedPolicy?> GetAsync(string domain) => grains.Domain(domain).GetServedPolicy();

    public Task ServedWhileCutOffAsync(string domain, int number, DateTimeOffset until) => grains.Domain(domain).ServedWhileCutOff(number, until);
}
