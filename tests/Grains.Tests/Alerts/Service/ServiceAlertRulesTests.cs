using MtaSts.Grains.Alerts.Service;
using MtaSts.Grains.Tests.Notifications;
using Xunit;

namespace MtaSts.Grains.Tests.Alerts.Service;

/// <summary>What silos report becomes one alert for each kind.</summary>
public sealed class ServiceAlertRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly AlertCondition Clock = AlertCondition.Of(AlertKinds.ServiceClockDiffers);
    private ServiceAlertsState state = new();
    private long revision;

    [Fact]
    public void Report_Twice_IsAnAlertAndTwiceWithoutItEndsIt()
    {
        Report("a", Clock);
        Assert.Empty(Kinds);
        Report("a", Clock);
        Assert.Equal([AlertKinds.ServiceClockDiffers], Kinds);
        Report("a");
        Assert.Equal([AlertKinds.ServiceClockDiffers], Kinds);
        Report("a", Clock); // It was a moment only.
        Report("a");
        Report("a");
        Assert.Empty(Kinds);
    }

    [Fact]
    public void Report_OnceAndNotAgain_IsNoAlert()
    {
        for (var i = 0; i < 5; i++)
        {
            Report("a", Clock);
            Report("a");
            Assert.Empty(Kinds);
        }
    }

    [Theory]
    [InlineData(AlertKinds.ServiceModuleUnusable, false)]
    [InlineData(AlertKinds.ServiceStorageFailed, false)]
    [InlineData(AlertKinds.ServiceSpoolGrowing, true)]
    [InlineData(AlertKinds.ServiceCertificateEnds, true)]
    public void Report_CriticalOrLasting_IsAnAlertAtOnce(string kind, bool isLate)
    {
        Report("a", AlertCondition.Of(kind).With(AlertParameters.Late, isLate));
        Assert.Equal([kind], Kinds);
    }

    [Fact]
    public void Report_Unchanged_ChangesNothing()
    {
        Report("a", Clock);
        Report("a", Clock);
        var before = state;
        Report("a", Clock);
        Assert.Same(before, state);
        Assert.Same(state, ServiceAlertRules.Report(state, "a", 1, [], OutboxBench.SeverityOf, Now)); // An older report.
    }

    [Fact]
    public void Merge_SeveralSilos_IsOneAlertThatNamesThem()
    {
        Report("a", Failing("m1", "one"));
        Report("a", Failing("m1", "one"));
        Report("b", Failing("m2", "two"));
        Report("b", Failing("m2", "two"));
        var merged = Assert.Single(ServiceAlertRules.Merge(state));
        Assert.Equal(["m1", "m2"], merged.Parameters[AlertParameters.Modules]);
        Assert.Equal(["one", "two"], merged.Parameters[AlertParameters.Reported]);
        Assert.Equal(["a", "b"], merged.Parameters[AlertParameters.Silos]);
    }

    [Fact]
    public void Forget_SiloThatIsGone_LosesItsConditions()
    {
        Report("a", Clock);
        Report("a", Clock);
        Report("b", Clock);
        Report("b", Clock);
        state = ServiceAlertRules.Forget(state, silo => silo == "a", Now);
        Assert.Equal(["b"], Assert.Single(ServiceAlertRules.Merge(state)).Parameters[AlertParameters.Silos]);
        Assert.Same(state, ServiceAlertRules.Forget(state, _ => false, Now));
    }

    private IEnumerable<string> Kinds => ServiceAlertRules.Merge(state).Select(condition => condition.Kind);

    private static AlertCondition Failing(string module, string reported) => AlertCondition.Of(AlertKinds.ServiceModuleFailing).With(AlertParameters.Modules, [module]).With(AlertParameters.Reported, [reported]);

    private void Report(string silo, params AlertCondition[] conditions) => state = ServiceAlertRules.Report(state, silo, ++revision, conditions, OutboxBench.SeverityOf, Now);
}
