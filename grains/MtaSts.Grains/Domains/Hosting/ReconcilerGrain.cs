using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Protocol;
using Orleans.Concurrency;

namespace MtaSts.Grains.Domains;

/// <summary>Carries out orders at the providers. The result is always reported to the domain grain; if the report fails, the domain grain orders again.</summary>
[GrainType("reconciler"), StatelessWorker(ReconcilerGrain.AtOnce)]
internal sealed partial class ReconcilerGrain(IHostnameProviders hostnames, IDnsProviders dns, ServiceClock clock, ILogger<ReconcilerGrain> logger) : Grain, IReconcilerGrain
{
    /// <summary>Concurrent orders on a silo. They mostly wait: with one per core, an unresponsive provider would block every domain.</summary>
    public const int AtOnce = 64;
    private const string TryAgain = "It is retried automatically; if the problem persists, tell the operator.";

    /// <summary>An attempt that takes longer has failed.</summary>
    private static readonly TimeSpan ProviderBudget = TimeSpan.FromSeconds(30);

    public async Task Reconcile(ReconcileOrder order)
    {
        ReconcileResult result;
        try
        {
            // Skip the order if a later decision replaced it, because orders can be delayed or repeated.
            result = !await GrainFactory.Domain(order.Domain).IsWanted(order.Id) ? new(false) : order switch
            {
                HostnameOrder hostname => await Reconcile(hostname),
                RecordOrder record => await Reconcile(record),
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception exception)
        {
            LogFailed(exception, order.Domain, order.GetType().Name);
            result = new(false, "It could not be carried out.", TryAgain);
        }
        await GrainFactory.Domain(order.Domain).Reconciled(order.Id, result);
    }

    private async Task<ReconcileResult> Reconcile(HostnameOrder order)
    {
        if ((order.Provider is null ? hostnames.Configured : hostnames.Find(order.Provider)) is not { } provider)
            return new(false, $"The hostname was made by {order.Provider}, which is not installed.", "The operator must install that module again.");
        var request = new HostnameRequest(DomainName.Parse(order.Domain).PolicyHost, order.CnameTarget) { IsReached = order.IsReached };
        using var budget = new CancellationTokenSource(ProviderBudget, clock);
        if (!order.Exists)
        {
            return await provider.RemoveAsync(request, budget.Token) switch
            {
                HostnameRemoval.Removed => new(true),
                HostnameRemoval.Pending pending => new(false, "The hostname is being deleted.", null, pending.RetryAfter),
                HostnameRemoval.Failed failed => new(false, failed.Reason, "It is retried automatically."),
                var other => throw new InvalidOperationException($"{provider.Id} answered {other.GetType().Name}."),
            };
        }
        var progress = await provider.EnsureAsync(request, budget.Token);
        HostnameResult result = progress switch
        {
            HostnameProgress.Live live => new(true) { CertificateExpiresAt = live.CertificateExpiresAt },
            HostnameProgress.Pending pending => new(false, pending.Reason, pending.NextStep, pending.RetryAfter),
            HostnameProgress.Failed failed => new(false, failed.Reason, failed.NextStep),
            var other => throw new InvalidOperationException($"{provider.Id} answered {other.GetType().Name}."),
        };
        return result with { Provider = provider.Id, MadeAt = progress.MadeAt };
    }

    private async Task<ReconcileResult> Reconcile(RecordOrder order)
    {
        if ((order.Provider is null ? dns.Configured : dns.Find(order.Provider)) is not { } provider)
        {
            return order.Provider is { } id
                ? new(false, $"The record was written by {id}, which is not installed.", "The operator must install that module again.")
                : new(false, "No DNS provider is set.", "The operator must set Hosting:DnsProvider.");
        }
        var left = order.NotAfter - clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
            return new(false, "The order to write the record came too late.", TryAgain);
        using var budget = new CancellationTokenSource(left, clock);
        var change = order.Value is { } value
            ? await provider.ReplaceAsync(new DnsRecordSet(order.Name, DnsType.Txt, (int)order.Ttl.TotalSeconds, [value]), budget.Token)
            : await provider.DeleteAsync(order.Name, DnsType.Txt, budget.Token);
        ReconcileResult result = change switch
        {
            DnsChange.Done done => new RecordResult(true, order.NotAfter, done.Ttl),
            DnsChange.Pending pending => new ReconcileResult(false, pending.Reason, TryAgain, pending.RetryAfter),
            DnsChange.Failed failed => new ReconcileResult(false, failed.Reason, failed.NextStep ?? TryAgain),
            var other => throw new InvalidOperationException($"{provider.Id} answered {other.GetType().Name}."),
        };
        return result with { Provider = provider.Id };
    }

    [LoggerMessage(1303, LogLevel.Error, "{Domain}: {Order} failed; it is retried")]
    private partial void LogFailed(Exception exception, string domain, string order);
}
