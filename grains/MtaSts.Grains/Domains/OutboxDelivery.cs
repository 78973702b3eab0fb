using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Reports;

namespace MtaSts.Grains.Domains;

/// <summary>Delivers the outbox messages of all domains of a silo.</summary>
internal sealed partial class OutboxDelivery(IGrainFactory grains, ILogger<OutboxDelivery> logger) : IDisposable
{
    /// <summary>Maximum number of concurrent deliveries. Bounds: the deletion of a workspace with many domains, which must not delay other work.</summary>
    private const int AtOnce = 64;

    private readonly SemaphoreSlim slots = new(AtOnce);

    /// <returns>False: it was not delivered, and must be repeated.</returns>
    public async Task<bool> Deliver(string domain, OutboxMessage message)
    {
        await slots.WaitAsync();
        try
        {
            await (message switch
            {
                OutboxMessage.SetAlerts set => grains.Alerts(set.Workspace, domain).Set(set.Alerts.Source, set.Alerts.Revision, [.. set.Alerts.Conditions.Select(condition => condition.ToCondition())]),
                OutboxMessage.EraseClaim claim => Erase(domain, claim),
                OutboxMessage.RemoveToken removed => grains.ClaimToken(removed.Token).Clear(),
                OutboxMessage.EndReports ended => grains.ClaimToken(ended.Token).EndReports(),
                _ => throw new UnreachableException(),
            });
            return true;
        }
        catch (Exception exception)
        {
            LogFailed(exception, domain, message.GetType().Name);
            return false;
        }
        finally
        {
            slots.Release();
        }
    }

    public void Dispose() => slots.Dispose();

    private async Task Erase(string domain, OutboxMessage.EraseClaim claim)
    {
        await grains.Alerts(claim.Workspace, domain).Erase(claim.Revision);
        await ReportErasure.Erase(grains, claim.Workspace, domain);
        await grains.Workspace(claim.Workspace).ForgetClaim(domain);
    }

    [LoggerMessage(1302, LogLevel.Error, "{Domain}: {Message} was not delivered; it is retried")]
    private partial void LogFailed(Exception exception, string domain, string message);
}
