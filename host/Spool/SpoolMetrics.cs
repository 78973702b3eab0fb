using System.Diagnostics.Metrics;
using MtaSts.Grains;

namespace MtaSts.Host.Spool;

/// <summary>Meter <c>MtaSts.Spool</c>. Labels come from closed sets: no token, no address.</summary>
internal sealed class SpoolMetrics
{
    public const string Meter = "MtaSts.Spool";
    private readonly Counter<long> kept;
    private readonly Counter<long> refused;
    private readonly Counter<long> drained;

    public SpoolMetrics(IMeterFactory meters, IReportSpool spool, TimeProvider clock)
    {
        var meter = meters.Create(Meter);
        kept = meter.CreateCounter<long>("mtasts.spool.kept", "{report}", "Reports stored on this machine's disk because storage did not answer.");
        refused = meter.CreateCounter<long>("mtasts.spool.refused", "{report}", "Reports the spool did not take, by reason.");
        drained = meter.CreateCounter<long>("mtasts.spool.drained", "{report}", "Spooled reports that left the spool, by outcome.");
        meter.CreateObservableGauge("mtasts.spool.waiting", () => spool.Now.Waiting, "{report}", "Reports that wait on this machine's disk.");
        meter.CreateObservableGauge("mtasts.spool.bytes", () => spool.Now.Bytes, "By", "Bytes of the spooled reports.");
        meter.CreateObservableGauge("mtasts.spool.age", () => spool.Now.Since is { } since ? Math.Max(0, (clock.GetUtcNow() - since).TotalSeconds) : 0, "s", "How long the oldest report has waited.");
    }

    public void Kept() => kept.Add(1);

    /// <param name="why">See <see cref="MtaSts.Storage.AppendResult.Full"/>, or <c>failed</c>.</param>
    public void Refused(string why) => refused.Add(1, new KeyValuePair<string, object?>("reason", why));

    /// <param name="outcome"><c>stored</c>, <c>duplicate</c>, <c>unknown</c>, <c>aside</c> or <c>damaged</c>.</param>
    public void Left(string outcome, int count = 1) => drained.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
}
