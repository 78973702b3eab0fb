using MtaSts.Grains.Clocks;
using Orleans.Concurrency;

namespace MtaSts.Grains.Probes;

[GrainType("mxprobe"), StatelessWorker(MxProbeGrain.AtOnce)]
internal sealed class MxProbeGrain(IMxProbe probe, ServiceClock clock) : Grain, IMxProbeGrain
{
    /// <summary>Concurrent probes on a silo. They mostly wait; the connections themselves have narrower limits.</summary>
    public const int AtOnce = 64;

    public async Task Probe(string domain, bool isAwaited)
    {
        var grain = GrainFactory.Domain(domain);
        // While many domains wait for a place here, a domain may ask again.
        if (!isAwaited && !await grain.IsMxDue())
            return;
        var begun = clock.GetUtcNow();
        var seen = await probe.ProbeAsync(domain, isAwaited, CancellationToken.None);
        // The probe's own dates are those of the system clock: only the time between them counts.
        await grain.MxProbed(seen is null ? null : seen with { At = begun, Hosts = [.. seen.Hosts.Select(host => host with { At = begun - (seen.At - host.At) })] });
    }
}
