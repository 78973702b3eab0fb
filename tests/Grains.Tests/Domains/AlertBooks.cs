using MtaSts.Grains.Domains;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>What must hold of every order of alerts: revisions grow, and what is stored are facts, never a sentence of ours.</summary>
internal sealed class AlertBooks(LifecycleBench bench)
{
    /// <summary>Words of others, kept as they came.</summary>
    private static readonly HashSet<string> Verbatim = [AlertParameters.Reported, AlertParameters.Advised, AlertParameters.Caa, AlertParameters.Detail, AlertParameters.Seen];

    private readonly HashSet<string> ordered = [];
    private long last;

    public void Check()
    {
        foreach (var alerts in bench.State.Outbox.OfType<OutboxMessage.SetAlerts>().Where(message => ordered.Add(message.Id)).Select(message => message.Alerts).OrderBy(alerts => alerts.Revision))
        {
            Assert.True(alerts.Revision > last, $"revision {alerts.Revision} after {last}");
            last = alerts.Revision;
            foreach (var (name, values) in alerts.Conditions.SelectMany(condition => condition.Parameters).Where(pair => !Verbatim.Contains(pair.Key)))
                Assert.All(values, value => Assert.False(value.Contains(' ', StringComparison.Ordinal), $"{name}: {value}"));
        }
    }
}
