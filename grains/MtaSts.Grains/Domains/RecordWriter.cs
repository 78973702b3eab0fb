using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>Carries out an order for a record: asks the DNS provider that has it, within the time the order has.</summary>
internal static class RecordWriter
{
    private const string TryAgain = "It is retried automatically; if the problem persists, tell the operator.";

    public static async Task<EffectOutcome> CarryOut(EffectOrder order, IDnsProviders providers, TimeProvider clock)
    {
        if ((order.DnsProvider is null ? providers.Configured : providers.Find(order.DnsProvider)) is not { } provider)
            return NoProvider(order);
        var left = order.NotAfter!.Value - clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
            return new EffectOutcome(false, "The order to write the record came too late.", TryAgain);
        using var budget = new CancellationTokenSource(left, clock);
        var change = order.Kind == EffectKind.SetRecord
            ? await provider.ReplaceAsync(new DnsRecordSet(order.RecordName!, DnsType.Txt, (int)order.RecordTtl.TotalSeconds, [order.RecordValue!]), budget.Token)
            : await provider.DeleteAsync(order.RecordName!, DnsType.Txt, budget.Token);
        return change switch
        {
            DnsChange.Done done => new EffectOutcome(true, Provider: provider.Id, RecordTtl: done.Ttl, NotAfter: order.NotAfter),
            DnsChange.Pending pending => new EffectOutcome(false, pending.Reason, TryAgain, pending.RetryAfter, Provider: provider.Id),
            DnsChange.Failed failed => new EffectOutcome(false, failed.Reason, failed.NextStep ?? TryAgain, Provider: provider.Id),
            var other => throw new InvalidOperationException($"{provider.Id} answered {other.GetType().Name}."),
        };
    }

    private static EffectOutcome NoProvider(EffectOrder order) => order.DnsProvider is { } id
        ? new(false, $"The record was written by {id}, which is not installed.", "The operator must install that module again.")
        : new(false, "No DNS provider is set.", "The operator must set Hosting:DnsProvider.");
}
