using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>What a look from outside decides: when an id is announced, and when the owner is warned.</summary>
public sealed class OutsideCheckTests
{
    private const string Alice = LifecycleBench.Alice;
    private readonly LifecycleBench bench = new();

    public OutsideCheckTests()
    {
        bench.Options.OutsideCheck = OutsideCheck.Required;
        bench.GoLive(Alice);
    }

    [Fact]
    public void Announcement_NotSeenFromOutside_Waits()
    {
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Null(Announced);
        Assert.True(bench.View(Alice).Hosting.AwaitsOutsideFetch);
        Assert.Null(bench.View(Alice).Hosting.AnnounceAt);

        Fetched(Body());
        bench.Tick();

        Assert.Equal(bench.Served!.Number, Announced);
        Assert.False(bench.View(Alice).Hosting.AwaitsOutsideFetch);
    }

    [Fact]
    public void Announcement_SeenBeforeTheLeaseIsOver_WaitsForTheLeaseAllTheSame()
    {
        Fetched(Body()); // One gateway has it already; others may not.
        bench.Pass(bench.Options.Lease);
        Assert.Null(Announced);
        bench.Pass(bench.Options.AnnounceMargin);
        Assert.NotNull(Announced);
    }

    [Fact]
    public void Announcement_OutsideStillHasTheOldPolicy_Waits()
    {
        Fetched(Body());
        bench.Pass(TimeSpan.FromMinutes(1));
        var old = Body();
        bench.Put(Alice, PolicyMode.Enforce, 604_800);
        bench.Pass(TimeSpan.FromMinutes(1));
        Fetched(old);
        bench.Tick();
        Assert.Equal(bench.Served!.Number - 1, Announced);

        Fetched(Body());
        bench.Tick();

        Assert.Equal(bench.Served.Number, Announced);
    }

    [Fact]
    public void Announcement_FetchWithAProblem_DoesNotCount()
    {
        bench.Pass(TimeSpan.FromMinutes(1));
        Fetched(Body(), FetchFaultKind.Certificate);
        bench.Tick();
        Assert.Null(Announced);
    }

    [Fact]
    public void Alert_FetchesThatFail_AfterTheGraceAndUntilTheySucceed()
    {
        Fetched(Body());
        bench.Pass(TimeSpan.FromHours(1));
        Fetched(null, FetchFaultKind.Timeout);
        Assert.Empty(Alerts);
        bench.Pass(bench.Options.OutsideGrace);
        Fetched(null, FetchFaultKind.Timeout);
        Assert.Equal("Senders cannot get the policy: 192.0.2.1: No answer in time.", Assert.Single(Alerts).Words().Message);
        Assert.Equal(bench.Now + bench.Options.CheckWhileFailing, bench.State.NextCheckAt);
        Fetched(Body());
        Assert.Empty(Alerts);
    }

    [Fact]
    public void Advised_NotSeenFromOutside_AnnouncesAfterTheLease()
    {
        var advised = new LifecycleBench { Options = { OutsideCheck = OutsideCheck.Advised } };
        advised.GoLive(Alice);
        advised.Pass(TimeSpan.FromMinutes(1));
        Assert.NotNull(Announcement.Version(advised.State));
    }

    private int? Announced => Announcement.Version(bench.State)?.Number;

    private IEnumerable<AlertCondition> Alerts => Claims.Of(bench.State, Alice)!.Alerts.Where(alert => alert.Kind == "policy-unreachable");

    private byte[] Body() => PolicyVersions.Body(bench.Served!.Content);

    private void Fetched(byte[]? body, FetchFaultKind? fault = null) => bench.Set(bench.Lifecycle.Observe(
        bench.State,
        bench.Observe(Alice) with { Fetch = new PolicyFetch(bench.Now, fault is { } kind ? new FetchFault(kind, "192.0.2.1") : null, body is null ? null : PolicyFetch.HashOf(body), ["192.0.2.1"], null) },
        bench.Now));
}
