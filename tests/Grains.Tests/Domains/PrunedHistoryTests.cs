using CsCheck;
using MtaSts.Grains.Domains;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>A domain whose older versions are removed promises senders what it would promise if it kept all of them, and never uses an id again.</summary>
public sealed class PrunedHistoryTests
{
    private static int Lives => LongFormAttribute.IsOn ? 10_000 : 2_000;

    private const int LivesUntilNoticed = 10_000;
    private const int Kept = 2;
    private static readonly string[] Workspaces = [LifecycleBench.Alice, LifecycleBench.Bob];
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Commands are overridden, because advice looks at the history that is shown, which is shorter; so do alerts, which are in the outbox.</summary>
    private static readonly Gen<Action<LifecycleBench>> Step = Gen.Frequency(
        (6, Gen.Select(Pick(Workspaces), Gen.Enum<PolicyMode>(), Pick(86_400, 604_800, 2_592_000), Gen.Int[1, 3]).Select((w, mode, age, mx) =>
            (Action<LifecycleBench>)(b => b.Put(w, mode, age, $"mx{mx}.example.com")))),
        (2, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Enable(w, isOverridden: true)))),
        (2, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Disable(w)))),
        (1, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Claim(w)))),
        (3, Gen.Select(Pick(Workspaces), Gen.Int[30, 7_200]).Select((w, ttl) => (Action<LifecycleBench>)(b => b.See(w, "v=STSv1; id=1;", ttl)))),
        (2, Gen.Bool.Select(exists => (Action<LifecycleBench>)(b => b.FinishHostname(exists)))),
        (3, Gen.Int[1, 60].Select(s => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromSeconds(s))))),
        (2, Gen.Int[1, 40].Select(h => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromHours(h))))),
        (1, Gen.Int[1, 40].Select(d => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromDays(d))))),
        (1, Gen.Const((Action<LifecycleBench>)(b => b.ServeLate()))),
        (2, Gen.Select(Pick(Workspaces), Gen.Int[-5, 5], Pick(0, 2, 3, 4)).Select((w, skew, what) => (Action<LifecycleBench>)(b => b.ByAnotherClock(TimeSpan.FromSeconds(skew), w, what)))));

    [Fact]
    public void AnyLife_WithARemovedHistory_HasTheSameClocks()
    {
        var removed = 0;
        Step.Array[10, 60].Sample(steps => Interlocked.Add(ref removed, Live(steps, state => PolicyVersions.Prune(state, Kept))), iter: Lives);
        Assert.InRange(removed, 2 * Lives, int.MaxValue); // Else nothing was proven.
    }

    /// <summary>The property is worth something: versions that are removed without a trace are noticed.</summary>
    [Fact]
    public void AnyLife_WithAForgottenHistory_IsNoticed() =>
        Assert.ThrowsAny<CsCheckException>(() => Step.Array[10, 60].Sample(steps => Live(steps, state => PolicyVersions.Prune(state, Kept) with { RemovedVersions = null }), iter: LivesUntilNoticed));

    /// <summary>A gateway reports that it served a version that is removed: the clock is never earlier than with the whole history.</summary>
    [Fact]
    public void ServedWhileCutOff_ARemovedVersion_EndsNoEarlier() => Gen.Select(Pick(86_400, 604_800, 2_592_000).Array[4, 12], Gen.Int[1, 12], Gen.Int[1, 60]).Sample((ages, late, days) =>
    {
        var state = new DomainState { Serving = ServingState.Live };
        for (var i = 0; i < ages.Length; i++)
            state = PolicyVersions.Serve(state, new PolicyContent(PolicyMode.Testing, ["mx1.example.com"], ages[i]), LifecycleBench.Alice, "owner", null, Start.AddMinutes(i));
        var now = Start.AddDays(days);
        var whole = DomainLifecycle.ServedWhileCutOff(state, Math.Min(late, ages.Length), now);
        var pruned = DomainLifecycle.ServedWhileCutOff(PolicyVersions.Prune(state, Kept), Math.Min(late, ages.Length), now);
        Assert.True(RetirementClock.End(pruned, now, new HostingOptions()) >= RetirementClock.End(whole, now, new HostingOptions()));
    });

    /// <summary>Thousands of changes by a clock that stands still, goes back and forth, and with entropy that is always the same.</summary>
    [Fact]
    public void Serve_ThousandsOfTimes_KeepsABoundedRowAndUsesNoIdAgain()
    {
        var random = new Random(20_261_129);
        var now = Start;
        var state = new DomainState { Serving = ServingState.Live };
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var number = 1; number <= 5_000; number++)
        {
            now += random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(-30, 30)) : TimeSpan.Zero;
            state = PolicyVersions.Serve(state, new PolicyContent(PolicyMode.Testing, [$"mx{number}.example.com"], 86_400), LifecycleBench.Alice, "owner", null, now, entropy: new byte[PolicyId.EntropyLength]);
            Assert.True(ids.Add(state.Versions[^1].Id), "an id was used twice");
            Assert.Equal(number, state.Versions[^1].Number);
            if (number == 500)
                state = state with { AnnouncedNumber = number };
        }
        Assert.Equal(PolicyVersions.MaxKept + 1, state.Versions.Length);
        Assert.Equal(500, Announcement.Version(state)!.Number);
        Assert.Equal(5_000 - PolicyVersions.MaxKept + 1, state.Versions[1].Number);
    }

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static int Live(Action<LifecycleBench>[] steps, Func<DomainState, DomainState> prune)
    {
        var (whole, pruned) = (new LifecycleBench(), new LifecycleBench());
        foreach (var bench in new[] { whole, pruned })
        {
            bench.Now = Start;
            bench.GoLive(LifecycleBench.Alice);
            bench.Claim(LifecycleBench.Bob);
        }
        foreach (var step in steps)
        {
            step(whole);
            step(pruned);
            pruned.State = prune(pruned.State);
            Assert.Equal(Answers(whole), Answers(pruned));
            Assert.InRange(pruned.State.Versions.Length, 1, Kept + 1);
        }
        return whole.State.Versions.Length - pruned.State.Versions.Length;
    }

    private static (DateTimeOffset?, DateTimeOffset?, ServingState, string?, int?, int?) Answers(LifecycleBench bench) => (
        RetirementClock.End(bench.State, bench.Now, bench.Options),
        bench.Lifecycle.NextDueAt(bench.State with { Outbox = [] }, bench.Now, bench.HandedOutSince),
        bench.State.Serving,
        bench.State.Holder,
        bench.Served?.Number,
        Announcement.Version(bench.State)?.Number);
}
