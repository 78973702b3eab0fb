using CsCheck;
using MtaSts.Grains.Domains;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>
/// What must hold of the records in the service's own zone, in lives that begin with a hosted domain: policies change, silos die, orders are lost, answered twice or
/// carried out late, the provider fails, the domain changes hands, is switched off and leaves.
/// </summary>
public sealed class ZoneProperties(ITestOutputHelper output)
{
    private const int Lives = 8_000;
    private const int LivesUntilNoticed = 20_000;
    private static readonly string[] Workspaces = [LifecycleBench.Alice, LifecycleBench.Bob];

    private static readonly Gen<Action<LifecycleBench>> Step = Gen.Frequency(
        (4, Gen.Select(Pick(LifecycleBench.Alice, LifecycleBench.Alice, LifecycleBench.Bob), Gen.Enum<PolicyMode>(), Gen.Int[1, 3]).Select((w, mode, mx) =>
            (Action<LifecycleBench>)(b => b.Put(w, mode, 86_400, $"mx{mx}.example.com")))),
        (1, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Enable(w)))),
        (1, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Disable(w)))),
        (1, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Do((s, now) => b.Lifecycle.RemoveClaim(s, w, w, now))))),
        (1, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Claim(w)))),
        (3, Gen.Select(Pick<string?>(LifecycleBench.Alice, LifecycleBench.Alice, LifecycleBench.Bob), Pick<string?>(LifecycleBench.Alice, LifecycleBench.Bob, null)).Select((w, delegates) =>
            (Action<LifecycleBench>)(b => b.SeeDelegated(w, delegates)))),
        (3, Gen.Bool.Select(exists => (Action<LifecycleBench>)(b => b.FinishHostname(exists)))),
        (12, Gen.Int[1, 12].Select(s => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromSeconds(s))))),
        (1, Gen.Int[1, 30].Select(h => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromHours(h))))),
        (1, Gen.Int[1, 5].Select(d => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromDays(d))))),
        (10, Gen.Const((Action<LifecycleBench>)(b => b.OwnZone.HandOut()))),
        (10, Gen.Int[0, 7].Select(i => (Action<LifecycleBench>)(b => b.OwnZone.Land(i)))),
        (8, Gen.Select(Gen.Int[0, 7], Pick(false, false, false, true), Pick(false, false, true)).Select((i, fails, isLost) => (Action<LifecycleBench>)(b => b.OwnZone.Answer(i, fails, isLost)))),
        (1, Gen.Const((Action<LifecycleBench>)(b => b.OwnZone.Crash()))));

    [Fact]
    public void AnyLife_OfTheZone_InvariantsHold()
    {
        var (events, writes, deletions, empty) = (0, 0, 0, 0);
        Step.Array[20, 120].Sample(steps =>
        {
            var bench = new LifecycleBench();
            Live(bench, steps);
            Interlocked.Add(ref events, steps.Length);
            Interlocked.Add(ref writes, bench.OwnZone.Writes);
            Interlocked.Add(ref deletions, bench.OwnZone.Deletions);
            if (bench.State.Serving == ServingState.Off)
                Interlocked.Increment(ref empty);
        }, iter: Lives);
        output.WriteLine($"{events} events, {writes} changes of records, {deletions} deletions, {empty} domains off at the end");
        Assert.InRange(events, 500_000, int.MaxValue);
        Assert.InRange(writes, 20_000, int.MaxValue);
        Assert.InRange(deletions, 1_000, int.MaxValue);
        Assert.InRange(empty, 500, int.MaxValue);
    }

    /// <summary>
    /// The properties are worth something: orders that go out while an earlier one may still land are caught. Which property is violated first depends on the orders: an older id
    /// after a newer one, a record that is deleted too early, or a zone that is wrong at the end.
    /// </summary>
    [Fact]
    public void AnyLife_OrdersThatOvertakeEachOther_AreNoticed() =>
        AssertNoticed(() => new LifecycleBench { WithoutLanes = true }, "an older id stands in the zone after a newer one", "may still apply a cached policy", nameof(ZoneBooks.CheckSettled));

    /// <summary>So is an id that is written while a gateway may still serve the version before.</summary>
    [Fact]
    public void AnyLife_AnnouncedWithoutWaitingForTheGateways_IsNoticed() =>
        AssertNoticed(() => new LifecycleBench { WrongOptions = new HostingOptions { Lease = TimeSpan.Zero, AnnounceMargin = TimeSpan.Zero } }, "before every gateway serves its version");

    /// <summary>And a record that goes while somebody may still apply the policy.</summary>
    [Fact]
    public void AnyLife_RetirementWithoutAClock_IsNoticed() =>
        AssertNoticed(() => new LifecycleBench { WrongClock = (_, now, _) => now }, "may still apply a cached policy");

    /// <summary>What a life in this zone does, whatever else is looked at.</summary>
    internal static void Follow(LifecycleBench bench, Action<LifecycleBench>[] steps)
    {
        var zone = new ZoneBooks(bench, bench.OwnZone);
        zone.Check();
        var noted = bench.Noted;
        bench.Noted = () =>
        {
            noted();
            zone.Check();
        };
        foreach (var step in steps)
        {
            step(bench);
            bench.Noted();
        }
        bench.OwnZone.Settle();
        zone.CheckSettled();
    }

    private static void Live(LifecycleBench bench, Action<LifecycleBench>[] steps)
    {
        bench.GoLive(LifecycleBench.Alice);
        bench.Claim(LifecycleBench.Bob);
        Follow(bench, steps);
    }

    private static void AssertNoticed(Func<LifecycleBench> bench, params string[] oneOf)
    {
        var failure = Assert.ThrowsAny<CsCheckException>(() => Step.Array[20, 120].Sample(steps => Live(bench(), steps), iter: LivesUntilNoticed)).ToString();
        Assert.True(oneOf.Any(words => failure.Contains(words, StringComparison.Ordinal)), failure);
    }

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
