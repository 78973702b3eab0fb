using MtaSts.Grains;
using MtaSts.Host.Bootstrap;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Demo;

/// <summary>
/// Plays the DNS host of the domains that a visitor adds: after a while it publishes what the page asks for, so that the visitor
/// sees hosting go from the CNAME over the certificate to live.
/// </summary>
internal sealed class DemoOwner(IGrainFactory grains, DemoZone zone, TimeProvider clock) : BackgroundService
{
    private const string Workspace = BootstrapService.WorkspaceId;
    private const int MostDomains = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The visitor is to see what is waited for first.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(12);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, clock, stoppingToken);
                foreach (var name in (await grains.Workspace(Workspace).ListDomains(null, MostDomains)).Items)
                {
                    if (DemoZone.IsVisitors(name) && await grains.Domain(name).GetView(Workspace) is { } view && Publish(view))
                        await grains.Probe().CheckInBackground(name);
                }
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The store is not there yet, or busy: the next round looks again.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>True when a record has changed.</summary>
    private bool Publish(DomainView view)
    {
        var changed = false;
        if (view.Hosting is { State: HostingState.AwaitingCname, Since: { } since } && clock.GetUtcNow() - since >= Delay)
            changed = zone.Publish("mta-sts." + view.Name, DnsType.Cname, view.CnameTarget);
        if (view.Policy is { Announced: true } policy)
            changed |= zone.Publish("_mta-sts." + view.Name, DnsType.Txt, PolicyRecord.Write(policy.Id));
        if (clock.GetUtcNow() - view.ClaimedAt >= Delay)
            changed |= zone.Publish("_smtp._tls." + view.Name, DnsType.Txt, ReportingRecord.Write([$"mailto:{view.ReportAddress}"]));
        return changed;
    }
}
