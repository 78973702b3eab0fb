using MtaSts.Application;
using MtaSts.Application.Domains;
using MtaSts.Grains;
using MtaSts.Host.Bootstrap;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Demo;

/// <summary>
/// Simulates the DNS host of the domains that a visitor adds: after a delay it publishes the records that the page shows, so that the visitor sees
/// each step from the CNAME and the certificate to live.
/// </summary>
internal sealed class DemoOwner(DomainQueries queries, DomainCommands domains, DemoZone zone, TimeProvider clock) : BackgroundService
{
    private static readonly Actor Owner = Actor.System(BootstrapService.WorkspaceId, "demo");
    private const int MostDomains = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Lets the visitor see the waiting state first.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(12);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, clock, stoppingToken);
                foreach (var view in (await queries.List(Owner, null, MostDomains)).Value?.Items ?? [])
                {
                    if (DemoZone.IsVisitors(view.Name) && Publish(view))
                        await domains.BeginCheck(Owner, view.Name);
                }
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The store is not ready, or busy: the next round retries.
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
