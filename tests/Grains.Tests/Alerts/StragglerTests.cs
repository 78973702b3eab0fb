using MtaSts.Grains.Alerts;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Alerts;

/// <summary>
/// Domains live, and everything that they ever put into their outbox is delivered late, twice, out of order and after the claim's removal: at the end each
/// workspace has the alerts of its claim, and none without a claim.
/// </summary>
public sealed class StragglerTests
{
    private const int Interleavings = 10_000;
    private static readonly string[] Workspaces = [LifecycleBench.Alice, LifecycleBench.Bob];

    [Fact]
    public void Deliver_TheOutboxesOfAnyLife_InAnyOrder_EndsAsTheDomainSays()
    {
        var random = new Random(20_261_130);
        var (open, removals, replaced) = (0, 0, 0);
        for (var run = 0; run < Interleavings; run++)
        {
            var messages = Live(random, out var bench);
            var delivered = messages.Concat(messages.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next()).ToArray();
            foreach (var workspace in Workspaces)
            {
                var claim = Claims.Of(bench.State, workspace);
                var (log, now) = (new AlertsState(), bench.Now);
                foreach (var message in delivered)
                {
                    log = message switch
                    {
                        OutboxMessage.SetAlerts { Alerts: var alerts } set when set.Workspace == workspace =>
                            AlertLog.Set(log, alerts.Source, alerts.Revision, [.. alerts.Conditions.Select(condition => condition.ToCondition())], now += TimeSpan.FromSeconds(1)),
                        OutboxMessage.EraseClaim erased when erased.Workspace == workspace => AlertLog.Erase(log, erased.Revision, now += TimeSpan.FromSeconds(1)),
                        _ => log,
                    };
                }
                Assert.Equal(Conditions(claim), log.Alerts.Where(alert => alert.ResolvedAt is null).Select(alert => Text(alert.Kind, alert.Parameters)).Order(StringComparer.Ordinal));
                open += log.Alerts.Length;
            }
            removals += messages.Count(message => message is OutboxMessage.EraseClaim);
            replaced += messages.Count(message => message is OutboxMessage.SetAlerts) - bench.State.Outbox.OfType<OutboxMessage.SetAlerts>().Count();
        }
        Assert.InRange(open, Interleavings / 5, int.MaxValue);
        Assert.InRange(removals, Interleavings / 5, int.MaxValue);
        Assert.InRange(replaced, Interleavings, int.MaxValue);
    }

    /// <returns>Every message that was ever in the outbox, also those that a later decision replaced: they may be under way.</returns>
    private static OutboxMessage[] Live(Random random, out LifecycleBench bench)
    {
        bench = new LifecycleBench();
        var messages = new Dictionary<string, OutboxMessage>();
        bench.GoLive(LifecycleBench.Alice, PolicyMode.Enforce);
        for (var step = 0; step < 12; step++)
        {
            Step(bench, random);
            foreach (var message in bench.State.Outbox)
                messages.TryAdd(message.Id, message);
        }
        return [.. messages.Values];
    }

    private static void Step(LifecycleBench bench, Random random)
    {
        var workspace = Workspaces[random.Next(Workspaces.Length)];
        switch (random.Next(10))
        {
            case 0 or 1:
                bench.See(random.Next(2) == 0 ? null : workspace, "v=STSv1; id=1;", 300, $"mx{random.Next(3)}.example.com");
                break;
            case 2 or 3:
                bench.See(LifecycleBench.Alice, "v=STSv1; id=1;", 300, $"mx{random.Next(3)}.example.com");
                break;
            case 4:
                bench.SeeNothing();
                break;
            case 5:
                bench.Put(workspace, random.Next(2) == 0 ? PolicyMode.Enforce : PolicyMode.Testing, 86_400, $"mx{random.Next(3)}.example.com");
                break;
            case 6:
                bench.FinishHostname(result: new HostnameResult(false, "busy"));
                break;
            case 7:
                bench.Pass(TimeSpan.FromHours(random.Next(1, 60)));
                bench.FinishHostname(exists: false);
                break;
            case 8:
                bench.Do((state, now) => bench.Lifecycle.RemoveClaim(state, workspace, workspace, now));
                break;
            default:
                bench.Deliver<OutboxMessage.EraseClaim>(); // Without this a removed claim is not added again.
                bench.Claim(workspace);
                bench.Enable(workspace, isOverridden: true);
                break;
        }
    }

    /// <summary>Where several sources see one kind, the first in source order gives each fact.</summary>
    private static IEnumerable<string> Conditions(Claim? claim) => (claim?.Conditions ?? [])
        .OrderBy(source => source.Source).SelectMany(source => source.Conditions).GroupBy(condition => condition.Kind)
        .Select(same => Text(same.Key, same.SelectMany(condition => condition.Parameters).DistinctBy(pair => pair.Key)))
        .Order(StringComparer.Ordinal);

    private static string Text(string kind, IEnumerable<KeyValuePair<string, System.Collections.Immutable.ImmutableArray<string>>> facts) =>
        $"{kind} {string.Join("; ", facts.OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(fact => $"{fact.Key}={string.Join(',', fact.Value)}"))}";
}
