using MtaSts.Grains.Alerts;
using Xunit;

namespace MtaSts.Grains.Tests.Alerts;

/// <summary>What is open follows from the newest revision of each source, in whatever order and however often the calls arrive.</summary>
public sealed class AlertLogTests
{
    private const int Interleavings = 10_000;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Kinds = [AlertKinds.CnameLost, AlertKinds.MxNotCovered, AlertKinds.PolicyUnreachable];

    [Fact]
    public void Set_SeenAndGone_IsRaisedOnceUpdatedAndResolved()
    {
        var state = AlertLog.Set(new(), AlertSource.Dns, 1, [Mx("a.test")], Now);
        state = AlertLog.Set(state, AlertSource.Dns, 2, [Mx("a.test", "b.test")], Now.AddHours(1));
        state = AlertLog.Set(state, AlertSource.Dns, 3, [], Now.AddHours(2));

        var alert = Assert.Single(AlertLog.List(state, "example.com"));
        Assert.Equal((Now, Now.AddHours(2), Now.AddHours(2)), (alert.RaisedAt, alert.UpdatedAt, alert.ResolvedAt!.Value));
        Assert.Equal(["a.test", "b.test"], alert.Parameters[AlertParameters.Mx]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Set_OlderOrRepeatedRevision_ChangesNothing(long revision)
    {
        var state = AlertLog.Set(new(), AlertSource.Dns, 2, [Mx("a.test")], Now);
        Assert.Same(state, AlertLog.Set(state, AlertSource.Dns, revision, [], Now.AddHours(1)));
    }

    [Fact]
    public void Set_OfOneSource_LeavesWhatAnotherSees()
    {
        var state = AlertLog.Set(new(), AlertSource.Dns, 1, [Mx("a.test")], Now);
        state = AlertLog.Set(state, AlertSource.OutsideFetch, 2, [AlertCondition.Of(AlertKinds.PolicyUnreachable)], Now);
        state = AlertLog.Set(state, AlertSource.OutsideFetch, 3, [], Now);
        Assert.Equal([AlertKinds.MxNotCovered], Open(state));
    }

    /// <summary>One cause that two sources see is one alert with the facts of both; it is over when neither sees it.</summary>
    [Fact]
    public void Set_OneKindSeenByTwoSources_IsOneAlertUntilBothAgreeThatItIsOver()
    {
        var state = AlertLog.Set(new(), AlertSource.Dns, 1, [Mx("a.test")], Now);
        state = AlertLog.Set(state, AlertSource.Policy, 2, [AlertCondition.Of(AlertKinds.MxNotCovered).With(AlertParameters.Mode, "enforce").With(AlertParameters.Mx, ["b.test"])], Now);
        var alert = Assert.Single(AlertLog.List(state, "example.com"));
        Assert.Equal([AlertSource.Dns, AlertSource.Policy], alert.Sources);
        Assert.Equal(["a.test"], alert.Parameters[AlertParameters.Mx]);
        Assert.Equal(["enforce"], alert.Parameters[AlertParameters.Mode]);

        state = AlertLog.Set(state, AlertSource.Dns, 3, [], Now);
        Assert.Equal([AlertKinds.MxNotCovered], Open(state));
        state = AlertLog.Set(state, AlertSource.Policy, 4, [], Now);
        Assert.Empty(Open(state));
    }

    /// <summary>What senders report adds to what the service sees, and replaces nothing of it: the mode that senders apply, the hosts, since when.</summary>
    [Theory]
    [InlineData(AlertSource.Dns)]
    [InlineData(AlertSource.OutsideFetch)]
    [InlineData(AlertSource.Policy)]
    [InlineData(AlertSource.MxProbe)]
    public void Set_OneKindSeenAndReported_KeepsWhatTheServiceSees(AlertSource source)
    {
        string[] facts = [AlertParameters.Mode, AlertParameters.Mx, AlertParameters.Since, AlertParameters.Expected];
        AlertCondition Of(string value) => facts.Aggregate(AlertCondition.Of(AlertKinds.MxCertificateExpired), (condition, fact) => condition.With(fact, value));
        var reported = Of("reported").With(AlertParameters.Organizations, ["Bigmail"]);
        foreach (var isFirst in new[] { true, false })
        {
            var state = isFirst ? AlertLog.Set(new(), AlertSource.Reports, 1, [reported], Now) : AlertLog.Set(new(), source, 1, [Of("seen")], Now);
            state = isFirst ? AlertLog.Set(state, source, 2, [Of("seen")], Now) : AlertLog.Set(state, AlertSource.Reports, 2, [reported], Now);
            var alert = Assert.Single(AlertLog.List(state, "example.com"));
            Assert.All(facts, fact => Assert.Equal(["seen"], alert.Parameters[fact]));
            Assert.Equal(["Bigmail"], alert.Parameters[AlertParameters.Organizations]);
        }
    }

    [Fact]
    public void Erase_ThenAStraggler_StaysEmpty()
    {
        var state = AlertLog.Set(new(), AlertSource.Dns, 5, [Mx("a.test")], Now);
        state = AlertLog.Erase(state, 5, Now);
        state = AlertLog.Set(state, AlertSource.Dns, 5, [Mx("a.test")], Now);
        state = AlertLog.Set(state, AlertSource.Policy, 4, [AlertCondition.Of(AlertKinds.EnforceHeldBack)], Now);
        Assert.Empty(AlertLog.List(state, "example.com"));
        Assert.True(state.IsTombstone());
    }

    /// <summary>The claim was given up and made again; the end of its earlier life comes late.</summary>
    [Fact]
    public void Erase_OfAnEarlierLife_LeavesTheAlertsOfThisOne()
    {
        var state = AlertLog.Set(new(), AlertSource.Dns, 9, [Mx("a.test")], Now);
        state = AlertLog.Set(state, AlertSource.OutsideFetch, 3, [AlertCondition.Of(AlertKinds.PolicyUnreachable)], Now);
        state = AlertLog.Erase(state, 5, Now);
        Assert.Equal(AlertKinds.MxNotCovered, Assert.Single(AlertLog.List(state, "example.com")).Kind);
    }

    [Fact]
    public void Set_MoreThanAreKept_DropsTheOldestPastOnes()
    {
        var state = new AlertsState();
        for (var i = 0; i < IAlertGrain.MaxPast + 20; i++)
        {
            state = AlertLog.Set(state, AlertSource.Dns, (2 * i) + 1, [Mx("a.test")], Now.AddMinutes(i));
            state = AlertLog.Set(state, AlertSource.Dns, (2 * i) + 2, [], Now.AddMinutes(i));
        }
        Assert.Equal(IAlertGrain.MaxPast, state.Alerts.Length);
        Assert.Equal(Now.AddMinutes(20), state.Alerts[0].RaisedAt);
    }

    /// <summary>Orders of two lives of a claim, delivered late, twice and out of order, after the claim's end too: the end is that of the newest orders.</summary>
    [Fact]
    public void Straggler_OrdersInAnyOrder_EndAsTheNewestSay()
    {
        var random = new Random(20_261_129);
        for (var run = 0; run < Interleavings; run++)
        {
            var orders = Orders(random, out var erased);
            var expected = Expected(orders, erased);
            var delivered = orders.Concat(orders.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next()).ToArray();
            var state = new AlertsState();
            var index = new WorkspaceAlertsState();
            List<(long Revision, IReadOnlyList<AlertView> Alerts)> told = [];
            for (var i = 0; i < delivered.Length; i++)
            {
                var (source, revision, conditions) = delivered[i];
                state = source is { } by ? AlertLog.Set(state, by, revision, conditions, Now.AddSeconds(i)) : AlertLog.Erase(state, revision, Now.AddSeconds(i));
                told.Add((state.Revision, AlertLog.List(state, "example.com")));
            }
            Assert.Equal(expected, Open(state));
            // Nothing of an earlier life is left, and no two open alerts are of one kind.
            Assert.All(state.Alerts.Where(alert => alert.ResolvedAt is null), alert => Assert.True(alert.RaisedBy > erased));
            Assert.DoesNotContain(state.Alerts, alert => alert.ResolvedAt is not null && alert.RaisedBy <= erased);

            foreach (var (revision, alerts) in told.OrderBy(_ => random.Next()))
                index = AlertIndex.Set(index, "example.com", revision, alerts, Now);
            Assert.Equal(expected, AlertIndex.List(index).Where(alert => alert.ResolvedAt is null).Select(alert => alert.Kind).Order(StringComparer.Ordinal));
        }
    }

    /// <summary>What a domain would order: revisions grow, each source sets its own, and perhaps a claim ended in between.</summary>
    private static List<(AlertSource? Source, long Revision, IReadOnlyList<AlertCondition> Conditions)> Orders(Random random, out long erased)
    {
        List<(AlertSource?, long, IReadOnlyList<AlertCondition>)> orders = [];
        erased = 0;
        var end = random.Next(2) == 0 ? random.Next(1, 12) : -1;
        for (var revision = 1; revision <= 12; revision++)
        {
            orders.Add(((AlertSource)random.Next(3), revision, [.. Kinds.Where(_ => random.Next(2) == 0).Select(AlertCondition.Of)]));
            if (revision == end)
                orders.Add((null, erased = revision, []));
        }
        return orders;
    }

    private static string[] Expected(List<(AlertSource? Source, long Revision, IReadOnlyList<AlertCondition> Conditions)> orders, long erased) =>
    [
        .. orders.Where(order => order.Source is not null && order.Revision > erased).GroupBy(order => order.Source).Select(group => group.MaxBy(order => order.Revision))
            .SelectMany(order => order.Conditions).Select(condition => condition.Kind).Distinct().Order(StringComparer.Ordinal),
    ];

    private static string[] Open(AlertsState state) => [.. state.Alerts.Where(alert => alert.ResolvedAt is null).Select(alert => alert.Kind).Order(StringComparer.Ordinal)];

    private static AlertCondition Mx(params string[] hosts) => AlertCondition.Of(AlertKinds.MxNotCovered).With(AlertParameters.Mx, hosts);
}
