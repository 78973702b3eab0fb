using MtaSts.Application.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>A policy is compared with MX records of now, whoever asks for it.</summary>
public sealed class MxFreshnessTests
{
    private const string Name = "moved.example";

    [Fact]
    public async Task LookAgain_MxSeenLongAgo_ComparesWithThoseOfNow()
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        await scene.GoLive(Name, PolicyMode.Testing, 86_400);
        var seen = (await scene.View(Name)).LastObservation!;
        scene.Dns.Publish(Name, DnsType.Mx, "mx.elsewhere.example");

        await MxFreshness.LookAgain(scene.Cluster.Grains, await scene.View(Name), seen.At + MxFreshness.Fresh - TimeSpan.FromSeconds(1));
        Assert.Equal(seen.Mx.Values, (await scene.View(Name)).LastObservation!.Mx.Values);

        await MxFreshness.LookAgain(scene.Cluster.Grains, await scene.View(Name), seen.At + MxFreshness.Fresh);
        var refused = await scene.Domain(Name).PutPolicy(DomainScene.Workspace, new PolicyContent(PolicyMode.Enforce, ["mx1." + Name], 604_800), "owner", null, isOverridden: false);
        Assert.Equal(RefusalCodes.NeedsOverride, refused.Refusal?.Code);
        Assert.Contains("mx.elsewhere.example", refused.Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LookAgain_TheLastLookUpFailed_TriesAgainSooner()
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        await scene.Claim(Name);
        scene.Dns.Outage = "no answer";
        await scene.Check(Name);
        scene.Dns.Outage = null;
        var view = await scene.View(Name);

        await MxFreshness.LookAgain(scene.Cluster.Grains, view, view.LastObservation!.At + MxFreshness.TryAgain);

        Assert.Equal(DnsStatus.Found, (await scene.View(Name)).LastObservation!.Mx.Status);
    }

    /// <summary>The clock was set back since, or was ahead then: for twenty days nothing would be looked at.</summary>
    [Theory]
    [InlineData(-20.0, true)]
    [InlineData(-0.004, true)]
    [InlineData(-0.001, false)]
    [InlineData(20.0, true)]
    public async Task LookAgain_SeenInTheFuture_ComparesWithThoseOfNow(double days, bool looks)
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        await scene.Claim(Name);
        await scene.Check(Name);
        var view = await scene.View(Name);
        scene.Dns.Publish(Name, DnsType.Mx, "mx.elsewhere.example");

        await MxFreshness.LookAgain(scene.Cluster.Grains, view, view.LastObservation!.At + TimeSpan.FromDays(days));

        Assert.Equal(looks, (await scene.View(Name)).LastObservation!.Mx.Values.Contains("mx.elsewhere.example"));
    }
}
