using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Modules.Hostnames;
using MtaSts.Protocol;
using Orleans.Concurrency;

namespace MtaSts.Grains.Domains;

/// <summary>Carries effects out. Whatever happens, the domain grain hears how it ended; if even that fails, it asks again.</summary>
[StatelessWorker(EffectGrain.AtOnce)]
internal sealed partial class EffectGrain(IHostnameProviders providers, IDnsProviders dnsProviders, ServiceClock clock, ILogger<EffectGrain> logger) : Grain, IEffectGrain
{
    /// <summary>Effects at once on a silo. Nearly all of their time is waiting: with one for each core a provider that does not answer would keep every domain waiting.</summary>
    public const int AtOnce = 64;

    /// <summary>A provider that takes longer has failed this try.</summary>
    private static readonly TimeSpan ProviderBudget = TimeSpan.FromSeconds(30);

    public async Task CarryOut(EffectOrder order)
    {
        EffectOutcome outcome;
        try
        {
            // An order may have been long on its way, or have been given twice: what was decided since counts.
            outcome = await GrainFactory.Domain(order.Domain).IsWanted(order.Id) ? await Perform(order) : new EffectOutcome(false);
        }
        catch (Exception exception)
        {
            LogFailed(exception, order.Domain, order.Kind);
            outcome = new EffectOutcome(false, "It could not be carried out.", "It is retried automatically; if the problem persists, tell the operator.");
        }
        await GrainFactory.Domain(order.Domain).EffectDone(order.Id, outcome);
    }

    private async Task<EffectOutcome> Perform(EffectOrder order)
    {
        switch (order.Kind)
        {
            case EffectKind.EnsureHostname:
                return await Ensure(order);
            case EffectKind.RemoveHostname:
                return await Remove(order);
            case EffectKind.SetRecord or EffectKind.RemoveRecord:
                return await RecordWriter.CarryOut(order, dnsProviders, clock);
            case EffectKind.ForgetToken:
                await GrainFactory.ClaimToken(order.Token!).Clear();
                break;
            case EffectKind.EndReports:
                await GrainFactory.ClaimToken(order.Token!).EndReports();
                break;
            case EffectKind.SetAlerts:
                await GrainFactory.Alerts(order.WorkspaceId!, order.Domain).Set(order.Alerts);
                break;
            case EffectKind.ForgetClaim:
                await GrainFactory.Alerts(order.WorkspaceId!, order.Domain).Erase();
                await ScorecardQuery.Erase(GrainFactory, order.WorkspaceId!, order.Domain);
                await GrainFactory.Workspace(order.WorkspaceId!).ForgetClaim(order.Domain);
                break;
            default:
                throw new InvalidOperationException($"Effect {order.Kind} is not known to this version.");
        }
        return new EffectOutcome(true);
    }

    private async Task<EffectOutcome> Ensure(EffectOrder order)
    {
        if (Provider(order) is not { } provider)
            return NoProvider(order);
        using var budget = new CancellationTokenSource(ProviderBudget, clock);
        var progress = await provider.EnsureAsync(Request(order), budget.Token);
        return progress switch
        {
            HostnameProgress.Live live => new EffectOutcome(true, CertificateExpiresAt: live.CertificateExpiresAt, Provider: provider.Id, MadeAt: progress.MadeAt),
            HostnameProgress.Pending pending => new EffectOutcome(false, pending.Reason, pending.NextStep, pending.RetryAfter, Provider: provider.Id, MadeAt: progress.MadeAt),
            HostnameProgress.Failed failed => new EffectOutcome(false, failed.Reason, failed.NextStep, Provider: provider.Id, MadeAt: progress.MadeAt),
            var other => throw new InvalidOperationException($"{provider.Id} answered {other.GetType().Name}."),
        };
    }

    private async Task<EffectOutcome> Remove(EffectOrder order)
    {
        if (Provider(order) is not { } provider)
            return NoProvider(order);
        using var budget = new CancellationTokenSource(ProviderBudget, clock);
        return await provider.RemoveAsync(Request(order), budget.Token) switch
        {
            HostnameRemoval.Removed => new EffectOutcome(true),
            HostnameRemoval.Pending pending => new EffectOutcome(false, "The hostname is being deleted.", null, pending.RetryAfter),
            HostnameRemoval.Failed failed => new EffectOutcome(false, failed.Reason, "It is retried automatically."),
            var other => throw new InvalidOperationException($"{provider.Id} answered {other.GetType().Name}."),
        };
    }

    private IHostnameProvider? Provider(EffectOrder order) => order.Provider is null ? providers.Configured : providers.Find(order.Provider);

    private static HostnameRequest Request(EffectOrder order) => new(DomainName.Parse(order.Domain).PolicyHost, order.CnameTarget ?? "") { IsReached = order.IsReached };

    private static EffectOutcome NoProvider(EffectOrder order) =>
        new(false, $"The hostname was made by {order.Provider}, which is not installed.", "The operator must install that module again.");

    [LoggerMessage(1302, LogLevel.Error, "{Domain}: {Kind} failed")]
    private partial void LogFailed(Exception exception, string domain, EffectKind kind);
}
