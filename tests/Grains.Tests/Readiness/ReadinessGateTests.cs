using Microsoft.Extensions.Options;
using MtaSts.Application.Policies;
using MtaSts.Application.Readiness;
using MtaSts.Grains.Clocks;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Readiness;

/// <summary>A policy in testing is enforced when it is ready, or when the owner says why although it is not.</summary>
public sealed class ReadinessGateTests
{
    private const string Name = "gate.example";
    private static readonly PolicyContent Enforce = new(PolicyMode.Enforce, ["mx1." + Name], 604_800);

    [Fact]
    public async Task Put_OfAPolicyThatIsNotReady_NeedsTheOverrideAndAReason()
    {
        var (scene, commands) = await InTesting();
        await using var _ = scene.Cluster;

        foreach (var consent in new[] { PolicyConsent.None, PolicyConsent.Enforcing })
        {
            var refused = (await commands.Put(DomainScene.Owner, Name, Enforce, "a reason", consent)).Refusal!;
            Assert.Equal((RefusalCodes.NotReady, "mode"), (refused.Code, refused.Field));
            Assert.Contains("has been in testing for 0 days of 14", refused.Message, StringComparison.Ordinal);
            Assert.Contains("No verified report", refused.Message, StringComparison.Ordinal);
        }
        foreach (var reason in new[] { null, "", "  " })
            Assert.Equal((RefusalCodes.Invalid, "reason"), (await commands.Put(DomainScene.Owner, Name, Enforce, reason, PolicyConsent.Override)).Refusal is { } missing ? (missing.Code, missing.Field!) : default);
        Assert.Equal(PolicyMode.Testing, (await scene.View(Name)).Policy!.Content.Mode);

        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce, "the auditor wants it", PolicyConsent.Override)).IsDone);
        var served = (await scene.View(Name)).Policy!;
        Assert.Equal((PolicyMode.Enforce, "the auditor wants it"), (served.Content.Mode, served.Reason));
        Assert.Contains(PolicyAdviceCodes.NotReady, served.Overridden);
    }

    [Fact]
    public async Task Restore_OfAnEnforcedVersion_IsJudgedLikewise()
    {
        var (scene, commands) = await InTesting();
        await using var _ = scene.Cluster;
        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce, "first", PolicyConsent.Override)).IsDone);
        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce with { Mode = PolicyMode.Testing }, null, PolicyConsent.None)).IsDone);

        Assert.Equal(RefusalCodes.NotReady, (await commands.Restore(DomainScene.Owner, Name, 2, null, PolicyConsent.Enforcing)).Refusal?.Code);
        Assert.Equal("reason", (await commands.Restore(DomainScene.Owner, Name, 2, null, PolicyConsent.Override)).Refusal?.Field);
        Assert.True((await commands.Restore(DomainScene.Owner, Name, 2, "again", PolicyConsent.Override)).IsDone);
        Assert.Equal("Version 2 restored: again", (await scene.View(Name)).Policy!.Reason);
    }

    /// <summary>A mistake in a policy that is enforced must be correctable at once, and so must the way back.</summary>
    [Fact]
    public async Task Put_WhileEnforcedOrBackToTesting_IsNotJudged()
    {
        var (scene, commands) = await InTesting();
        await using var _ = scene.Cluster;
        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce, "first", PolicyConsent.Override)).IsDone);
        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce with { MaxAge = 86_400 }, null, PolicyConsent.Enforcing)).IsDone);
        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce with { Mode = PolicyMode.Testing }, null, PolicyConsent.None)).IsDone);
    }

    [Fact]
    public async Task Of_ByState_SaysWhetherItApplies()
    {
        var (scene, commands) = await InTesting();
        await using var _ = scene.Cluster;
        var queries = new ReadinessQueries(scene.Cluster.Grains, Clock(scene), Options.Create(new ReadinessOptions()));
        await scene.Claim("draft.example");

        Assert.Equal(ReadinessVerdict.NotReady, (await queries.Of(DomainScene.Owner, Name)).Value!.Verdict);
        Assert.Equal(ReadinessVerdict.NotApplicable, (await queries.Of(DomainScene.Owner, "draft.example")).Value!.Verdict);
        Assert.Equal(RefusalCodes.NotFound, (await queries.Of(Application.Actor.Account("ws-stranger", "stranger"), Name)).Refusal?.Code);
        await commands.Put(DomainScene.Owner, Name, Enforce, "first", PolicyConsent.Override);
        Assert.Equal(ReadinessVerdict.Enforced, (await queries.Of(DomainScene.Owner, Name)).Value!.Verdict);
    }

    /// <summary>A version between that did not test, and a hosting period before, do not count as time in testing.</summary>
    [Fact]
    public async Task Of_AfterAnInterruption_CountsFromItsEnd()
    {
        var (scene, commands) = await InTesting();
        await using var _ = scene.Cluster;
        var queries = new ReadinessQueries(scene.Cluster.Grains, Clock(scene), Options.Create(new ReadinessOptions()));
        scene.Cluster.Clock.Advance(TimeSpan.FromDays(10));
        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce with { Mode = PolicyMode.Testing, MaxAge = 172_800 }, null, PolicyConsent.None)).IsDone);
        Assert.Contains("10 days of 14", await TestingTime(), StringComparison.Ordinal); // Another version in testing interrupts nothing.

        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce with { Mode = PolicyMode.None }, null, PolicyConsent.None)).IsDone);
        scene.Cluster.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True((await commands.Put(DomainScene.Owner, Name, Enforce with { Mode = PolicyMode.Testing }, null, PolicyConsent.None)).IsDone);
        scene.Cluster.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Contains("2 days of 14", await TestingTime(), StringComparison.Ordinal);

        async Task<string> TestingTime() => (await queries.Of(DomainScene.Owner, Name)).Value!.Items.Single(item => item.Code == ReadinessCodes.TestingTime).Message;
    }

    private static ServiceClock Clock(DomainScene scene) => new(scene.Cluster.Clock);

    private static async Task<(DomainScene Scene, PolicyCommands Commands)> InTesting()
    {
        var scene = await DomainScene.StartAsync();
        await scene.GoLive(Name, PolicyMode.Testing, 86_400);
        return (scene, new PolicyCommands(scene.Cluster.Grains, scene.Cluster.Clock, Clock(scene), Options.Create(new ReadinessOptions())));
    }
}
