using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Modules.Dns;
using Orleans.Concurrency;

namespace MtaSts.Grains.Probes;

[GrainType("mxprobe"), StatelessWorker(MxProbeGrain.AtOnce)]
internal sealed partial class MxProbeGrain(IMxProbe probe, ServiceClock clock, ILogger<MxProbeGrain> logger) : Grain, IMxProbeGrain
{
    /// <summary>Concurrent probes on a silo. They mostly wait; the connections themselves have narrower limits.</summary>
    public const int AtOnce = 64;

    public async Task Probe(string domain, string workspaceId, bool isAwaited)
    {
        try
        {
            var grain = GrainFactory.Domain(domain);
            // While many domains wait for a place here, a domain may ask again.
            if (isAwaited || await grain.IsMxDue())
                await grain.MxProbed(await Look(domain, workspaceId, isAwaited));
        }
        catch (Exception exception)
        {
            LogNotReported(exception, domain); // Nobody receives an exception of a one-way call.
        }
    }

    /// <summary>A probe that throws is a failed probe: without a result, the domain would ask for it again and again.</summary>
    private async Task<MxProbe?> Look(string domain, string workspaceId, bool isAwaited)
    {
        var begun = clock.GetUtcNow();
        try
        {
            var seen = await probe.ProbeAsync(domain, workspaceId, isAwaited, CancellationToken.None);
            // The probe's own dates are those of the system clock: only the time between them counts.
            return seen is null ? null : seen with { At = begun, Hosts = [.. seen.Hosts.Select(host => host with { At = begun - (seen.At - host.At) })] };
        }
        catch (Exception exception)
        {
            LogFailed(exception, domain);
            return new MxProbe(domain, begun, DnsStatus.Failed, [], Problem: "The probe failed in this service. It is repeated.");
        }
    }

    [LoggerMessage(1527, LogLevel.Error, "{Domain}: the probe of the MX hosts failed; it is repeated when the next one is due")]
    private partial void LogFailed(Exception exception, string domain);

    [LoggerMessage(1528, LogLevel.Warning, "{Domain}: the result of the probe of the MX hosts was not recorded; the domain asks for another probe")]
    private partial void LogNotReported(Exception exception, string domain);
}
