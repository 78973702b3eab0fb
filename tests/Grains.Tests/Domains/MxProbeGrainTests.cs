using MtaSts.Application;
using MtaSts.Application.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>When the grain of a domain has its MX hosts probed, and what becomes of the result.</summary>
public sealed class MxProbeGrainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Domain_ByItsSchedule_IsProbedAndItsAlertsAreSet()
    {
        var mx = new MxOfTheTest();
        var scene = await DomainScene.StartAsync(mx: mx);
        await using var cluster = scene.Cluster;
        mx.Clock = cluster.Clock;
        await scene.Claim("a.test");
        await scene.Check("a.test");
        await ProbedAsync(scene, mx, 1);
        mx.Outcome = MxOutcome.NoStarttls;
        await scene.Pass("a.test", TimeSpan.FromHours(6));
        await ProbedAsync(scene, mx, 2);
        Assert.Empty(await AlertsAsync(scene));
        await scene.Pass("a.test", TimeSpan.FromMinutes(10)); // It is looked at again soon.
        await Poll.Until(async () => (await AlertsAsync(scene)).Any(static alert => alert.Kind == AlertKinds.MxNoStarttls), Limit, "the alert is raised");
        Assert.Equal([AlertSource.MxProbe], (await AlertsAsync(scene)).Single().Sources);
        mx.Outcome = MxOutcome.Encrypted;
        await scene.Pass("a.test", TimeSpan.FromHours(6));
        await Poll.Until(async () => (await AlertsAsync(scene)).All(static alert => alert.ResolvedAt is not null), Limit, "the alert is resolved");
    }

    /// <summary>A probe that throws is a failed probe: the domain keeps what it knows, is not busy, and asks again when the next one is due, not at once.</summary>
    [Fact]
    public async Task Probe_Throws_IsNotedAndTheNextOneIsDue()
    {
        var mx = new MxOfTheTest();
        var scene = await DomainScene.StartAsync(mx: mx);
        await using var cluster = scene.Cluster;
        mx.Clock = cluster.Clock;
        await scene.Claim("a.test");
        await scene.Check("a.test");
        await ProbedAsync(scene, mx, 1);
        mx.Throws = true;
        await scene.Pass("a.test", TimeSpan.FromHours(6));
        await Poll.Until(async () => (await scene.Domain("a.test").GetMx(DomainScene.Workspace))?.Probe?.Mx == DnsStatus.Failed, Limit, "the failed probe is noted");
        Assert.Equal("1", (await scene.Domain("a.test").GetMx(DomainScene.Workspace))!.Probe!.Hosts[0].Addresses[0].Detail); // What is known stays.
        await scene.Pass("a.test", TimeSpan.FromMinutes(30));
        Assert.Equal(2, mx.Probes);
        Assert.False(await scene.Domain("a.test").IsMxDue());
        mx.Throws = false;
        await scene.Domain("a.test").CheckMx(DomainScene.Workspace); // An owner need not wait.
        await ProbedAsync(scene, mx, 3);
    }

    /// <summary>However often somebody asks, once a minute; and a slow probe does not block the domain.</summary>
    [Fact]
    public async Task Check_RequestedOften_ProbesOnceAMinuteAndBlocksNothing()
    {
        var mx = new MxOfTheTest();
        var scene = await DomainScene.StartAsync(mx: mx);
        await using var cluster = scene.Cluster;
        mx.Clock = cluster.Clock;
        await scene.Claim("a.test");
        await scene.Check("a.test");
        await ProbedAsync(scene, mx, 1);
        for (var i = 0; i < 10; i++)
            await scene.Domain("a.test").CheckMx(DomainScene.Workspace);
        await scene.Domain("a.test").CheckMx("ws-stranger");
        Assert.Equal(1, mx.Probes);
        mx.Gate = new TaskCompletionSource();
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++)
            await scene.Domain("a.test").CheckMx(DomainScene.Workspace);
        await Poll.Until(() => mx.Probes == 2, Limit, "the second probe begins");
        Assert.NotNull(await scene.View("a.test")); // While it runs.
        mx.Gate.SetResult();
        await ProbedAsync(scene, mx, 2);
        Assert.True(mx.LastWasAwaited);
    }

    [Fact]
    public async Task GetMx_OfAClaim_IsTheReportAndOfNoneIsRefused()
    {
        var mx = new MxOfTheTest();
        var scene = await DomainScene.StartAsync(mx: mx);
        await using var cluster = scene.Cluster;
        mx.Clock = cluster.Clock;
        await scene.Claim("a.test");
        await scene.Domain("a.test").PutPolicy(DomainScene.Workspace, new PolicyContent(PolicyMode.Testing, ["mx2.a.test"], 86_400), "owner", null, isOverridden: true);
        await ProbedAsync(scene, mx, 1);
        var queries = new DomainQueries(cluster.Grains, new Grains.Clocks.ServiceClock(cluster.Clock));
        var report = (await queries.Mx(DomainScene.Owner, "a.test")).Value!;
        Assert.Equal((true, PolicyMode.Testing), (report.IsProbed, report.Mode));
        var host = Assert.Single(report.Hosts);
        Assert.Equal((false, SenderAction.Refuses, MxReason.NotInPolicy), (host.IsInPolicy, host.MtaSts.Action, host.MtaSts.Reason));
        Assert.Equal(RefusalCodes.NotFound, (await queries.Mx(Actor.Account("ws-stranger", "stranger"), "a.test")).Refusal?.Code);
    }

    private static Task ProbedAsync(DomainScene scene, MxOfTheTest mx, int times) => Poll.Until(
        async () => mx.Probes == times && (await scene.Domain("a.test").GetMx(DomainScene.Workspace))?.Probe?.Hosts[0].Addresses[0].Detail == $"{times}", Limit, $"probe {times} is noted");

    private static Task<IReadOnlyList<AlertView>> AlertsAsync(DomainScene scene) => scene.Cluster.Grains.Alerts(DomainScene.Workspace, "a.test").List();

    private sealed class MxOfTheTest : IMxProbe
    {
        private int probes;

        public TimeProvider Clock { get; set; } = TimeProvider.System;

        public MxOutcome Outcome { get; set; } = MxOutcome.Encrypted;

        public TaskCompletionSource? Gate { get; set; }

        public bool Throws { get; set; }

        public int Probes => Volatile.Read(ref probes);

        public bool LastWasAwaited { get; private set; }

        public async Task<MxProbe?> ProbeAsync(string domain, string workspaceId, bool isAwaited, CancellationToken cancellationToken)
        {
            var (number, at) = (Interlocked.Increment(ref probes), Clock.GetUtcNow());
            LastWasAwaited = isAwaited;
            if (Throws)
                throw new InvalidOperationException("A fault of the probe.");
            if (Gate is { } gate)
                await gate.Task;
            var certificate = new MxCertificate("aa", "CN=CA", at.AddDays(-1), at.AddDays(89), ["mx1." + domain], 0, NamesHost: true, ChainFault: null);
            var address = new MxAddress("192.0.2.1", Outcome, $"{number}", Certificate: Outcome == MxOutcome.Encrypted ? certificate : null);
            return new MxProbe(domain, at, DnsStatus.Found, [new MxHost("mx1." + domain, 10, null, TlsaState.Insecure, [], [address], at)], Port25: Port25State.Open);
        }
    }
}
