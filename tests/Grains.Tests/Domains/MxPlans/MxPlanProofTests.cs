using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Senders of every cache age while MX hosts are changed by the plan: none refuses mail to a host that the DNS names, and some do as soon as one step is left out.</summary>
public sealed class MxPlanProofTests
{
    private const int Plans = 30;
    private const int ManyPlans = 4_000;

    [Fact]
    public void Plan_Followed_NoSenderRefuses() => NoSenderRefuses(Plans);

    [Fact]
    [Trait("form", "long")]
    public void ManyPlans_Followed_NoSenderRefuses() => NoSenderRefuses(ManyPlans);

    [Theory]
    [InlineData(MxPlanStep.AddNewHosts)]
    [InlineData(MxPlanStep.PublishId)]
    [InlineData(MxPlanStep.WaitForPolicies)]
    [InlineData(MxPlanStep.SwitchMx)]
    [InlineData(MxPlanStep.WaitForMx)]
    public void Plan_WithAStepLeftOut_SomeSendersRefuse(MxPlanStep leftOut) =>
        Assert.Contains(Enumerable.Range(0, Plans), seed => new MxPlanLife(seed, leftOut).Run().Count > 0);

    /// <summary>The last step protects against the old hosts, not for the mail.</summary>
    [Fact]
    public void Plan_WithoutRemovingTheOldHosts_NoSenderRefuses() =>
        Assert.All(Enumerable.Range(0, Plans), static seed => Assert.Empty(new MxPlanLife(seed, MxPlanStep.RemoveOldHosts).Run()));

    private static void NoSenderRefuses(int plans) => Assert.All(Enumerable.Range(0, plans), static seed => Assert.Empty(new MxPlanLife(seed, leftOut: null).Run()));
}
