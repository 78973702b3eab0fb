using MtaSts.Grains.Alerts;
using Xunit;

namespace MtaSts.Grains.Tests.Alerts;

public sealed class AlertIndexTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Set_OlderRevision_ChangesNothing()
    {
        var state = AlertIndex.Set(new(), "a.test", 5, [], Now);
        Assert.Same(state, AlertIndex.Set(state, "a.test", 4, [Alert("a.test", "1")], Now));
        Assert.Same(state, AlertIndex.Set(state, "a.test", 5, [Alert("a.test", "1")], Now));
    }

    [Fact]
    public void Set_ManyPastAlerts_KeepsTheLastOnesAndEveryOpenOne()
    {
        var state = new WorkspaceAlertsState();
        for (var i = 0; i < 2 * IWorkspaceAlertsGrain.MaxPast; i++)
            state = AlertIndex.Set(state, $"d{i}.test", i + 1, [Alert($"d{i}.test", "1"), Alert($"d{i}.test", "2") with { ResolvedAt = Now.AddMinutes(i) }], Now);
        var listed = AlertIndex.List(state);
        Assert.Equal(2 * IWorkspaceAlertsGrain.MaxPast, listed.Count(alert => alert.ResolvedAt is null));
        Assert.Equal(Enumerable.Range(IWorkspaceAlertsGrain.MaxPast, IWorkspaceAlertsGrain.MaxPast).Reverse().Select(i => $"d{i}.test"), listed.Where(alert => alert.ResolvedAt is not null).Select(alert => alert.Domain));
    }

    /// <summary>A domain without alerts leaves nothing behind once no late call can come any more.</summary>
    [Fact]
    public void Set_DomainWithoutAlerts_IsForgottenAfterAWhile()
    {
        var state = AlertIndex.Set(new(), "a.test", 1, [Alert("a.test", "1")], Now);
        state = AlertIndex.Set(state, "a.test", 2, [], Now);
        state = AlertIndex.Set(state, "b.test", 1, [Alert("b.test", "1")], Now.AddMinutes(59));
        Assert.Contains("a.test", state.Domains.Keys);
        state = AlertIndex.Set(state, "b.test", 2, [Alert("b.test", "1")], Now.AddMinutes(61));
        Assert.Equal(["b.test"], state.Domains.Keys);
    }

    private static AlertView Alert(string domain, string id) => new() { Id = id, Domain = domain, Kind = AlertKinds.CnameLost, RaisedAt = Now, UpdatedAt = Now };
}
