using CsCheck;
using MtaSts.Grains.Domains;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>
/// What must hold in every life a domain can have, checked against a model that keeps its own books: what senders were
/// given, when, and until when they may remember it.
/// </summary>
public sealed class LifecycleProperties
{
    /// <summary>Lives of about thirty events: in the long form more than a million events.</summary>
    private static int Lives => LongFormAttribute.IsOn ? 36_000 : 6_000;

    private static int LeastEvents => LongFormAttribute.IsOn ? 1_000_000 : 150_000;

    private static int LeastTakeovers => LongFormAttribute.IsOn ? 500 : 60;

    private const int LivesUntilNoticed = 100_000;
    private static readonly string[] Workspaces = [LifecycleBench.Alice, LifecycleBench.Bob];
    private static readonly int[] MaxAges = [86_400, 604_800, 2_592_000];

    private static readonly Gen<string?> Somebody = Gen.Frequency((1, Gen.Const((string?)LifecycleBench.Alice)), (1, Gen.Const((string?)LifecycleBench.Bob)), (2, Gen.Const((string?)null)));

    /// <summary>Zones without a visible CNAME, in which records say anything, and now and then one of them is not answered.</summary>
    private static readonly Gen<Func<LifecycleBench, Observation>> Zones = Gen.Select(Somebody, Somebody, Somebody, Somebody, Gen.Bool, Gen.Int[30, 7_200], Gen.Int[0, 11]).Select((claim, policy, reporting, rua, reached, ttl, failing) =>
        (Func<LifecycleBench, Observation>)(b => Fail(b.Zone(claim, policy, reporting, rua, isReached: reached, ttl: ttl), failing)));

    private static readonly Gen<Action<LifecycleBench>> Step = Gen.Frequency(
        (4, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Claim(w)))),
        (2, Gen.Select(Pick(Workspaces), Gen.Enum<PolicyMode>(), Pick(MaxAges), Gen.Int[1, 3]).Select((w, mode, age, mx) =>
            (Action<LifecycleBench>)(b => b.Put(w, mode, age, $"mx{mx}.example.com")))),
        (2, Gen.Select(Pick(Workspaces), Gen.Bool).Select((w, isOverridden) => (Action<LifecycleBench>)(b => b.Enable(w, isOverridden)))),
        (1, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Disable(w)))),
        (1, Pick(Workspaces).Select(w => (Action<LifecycleBench>)(b => b.Do((s, now) => b.Lifecycle.RemoveClaim(s, w, w, now))))),
        (5, Gen.Select(Pick<string?>(LifecycleBench.Alice, LifecycleBench.Bob, null), Gen.Int[30, 7_200]).Select((w, ttl) =>
            (Action<LifecycleBench>)(b => b.See(w, "v=STSv1; id=1;", ttl)))),
        (8, Zones.Select(zone => (Action<LifecycleBench>)(b => b.SeeZone(zone(b))))),
        (4, Gen.Select(Zones, Gen.Int[1, 9_000]).Select((zone, seconds) => (Action<LifecycleBench>)(b => SeeTwice(b, zone, TimeSpan.FromSeconds(seconds))))),
        (2, Gen.Select(Pick(Workspaces), Pick(Workspaces)).Select((from, to) => (Action<LifecycleBench>)(b => MoveAndForget(b, from, to)))),
        (3, Gen.Bool.Select(exists => (Action<LifecycleBench>)(b => b.FinishHostname(exists)))),
        (2, Gen.Bool.Select(exists => (Action<LifecycleBench>)(b => b.FinishHostname(exists, new HostnameResult(false, "down"))))),
        (3, Gen.Int[1, 60].Select(s => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromSeconds(s))))),
        (3, Gen.Int[1, 48].Select(h => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromHours(h))))),
        (1, Gen.Const((Action<LifecycleBench>)(b => b.SeeNothing()))),
        (1, Pick<string?>(LifecycleBench.Alice, LifecycleBench.Bob, null).Select(w => (Action<LifecycleBench>)(b => b.SeeLate(w)))),
        (1, Gen.Bool.Select(exists => (Action<LifecycleBench>)(b => b.FinishHostnameTwice(exists)))),
        (1, Gen.Select(Pick(Workspaces), Gen.Int[1, 6]).Select((w, number) =>
            (Action<LifecycleBench>)(b => b.Do((s, now) => b.Lifecycle.RestorePolicy(s, w, number, w, isOverridden: true, now))))),
        (1, Gen.Const((Action<LifecycleBench>)(b => b.ServeLate()))),
        (1, Gen.Const((Action<LifecycleBench>)(b => b.Tick()))), // A reminder that comes twice.
        (1, Gen.Int[1, 40].Select(d => (Action<LifecycleBench>)(b => b.Pass(TimeSpan.FromDays(d))))),
        (1, Gen.Const((Action<LifecycleBench>)(b => b.HandedOutSince = b.Now))), // The grain was activated anew.
        (2, Gen.Select(Pick(Workspaces), Gen.Int[-5, 5], Gen.Int[0, 4]).Select((w, skew, what) => (Action<LifecycleBench>)(b => b.ByAnotherClock(TimeSpan.FromSeconds(skew), w, what)))),
        (1, Gen.Select(Pick<string?>(LifecycleBench.Alice, LifecycleBench.Bob), Pick<string?>(LifecycleBench.Alice, LifecycleBench.Bob)).Select((w, delegates) =>
            (Action<LifecycleBench>)(b => b.SeeDelegated(w, delegates)))),
        (2, Gen.Const((Action<LifecycleBench>)(b => b.OwnZone.HandOut()))),
        (2, Gen.Int[0, 7].Select(i => (Action<LifecycleBench>)(b => b.OwnZone.Land(i)))),
        (2, Gen.Select(Gen.Int[0, 7], Pick(false, false, false, true), Pick(false, false, true)).Select((i, fails, isLost) => (Action<LifecycleBench>)(b => b.OwnZone.Answer(i, fails, isLost)))),
        (1, Gen.Const((Action<LifecycleBench>)(b => b.OwnZone.Crash()))));

    /// <summary>The owner moves from one workspace to another, leaves the first one's record behind, and one day takes the CNAME away.</summary>
    private static void MoveAndForget(LifecycleBench bench, string from, string to)
    {
        SeeTwice(bench, b => b.Zone(claimRecord: from, cname: to), TimeSpan.FromHours(1));
        bench.Noted();
        bench.Pass(TimeSpan.FromHours(1));
        bench.Noted();
        SeeTwice(bench, b => b.Zone(claimRecord: from), TimeSpan.FromHours(1));
    }

    private static void SeeTwice(LifecycleBench bench, Func<LifecycleBench, Observation> zone, TimeSpan apart)
    {
        bench.SeeZone(zone(bench));
        bench.Noted();
        bench.Pass(apart);
        bench.Noted();
        bench.SeeZone(zone(bench));
    }

    private static Observation Fail(Observation zone, int which) => which switch
    {
        0 => zone with { ClaimRecord = NotAnswered },
        1 => zone with { PolicyAlias = NotAnswered },
        2 => zone with { ReportingAlias = NotAnswered },
        3 => zone with { ReportingRecord = NotAnswered },
        _ => zone,
    };

    private static readonly LookupView NotAnswered = new(Modules.Dns.DnsStatus.Failed, [], 0, "no answer in time");

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void AnyLife_Invariants_Hold()
    {
        var (events, takeovers) = (0, 0);
        Step.Array[1, 60].Sample(steps =>
        {
            Interlocked.Add(ref takeovers, Live(new LifecycleBench(), steps));
            Interlocked.Add(ref events, steps.Length);
        }, iter: Lives);
        Assert.InRange(events, LeastEvents, int.MaxValue);
        Assert.InRange(takeovers, LeastTakeovers, int.MaxValue);
    }

    /// <summary>The properties are worth something: a clock that looks at the last policy only is caught.</summary>
    [Fact]
    [LongForm]
    public void AnyLife_ClockOverTheLastVersionOnly_IsNoticed() =>
        Assert.ThrowsAny<CsCheckException>(() => Step.Array[1, 60].Sample(steps => Live(new LifecycleBench { WrongClock = LastVersionOnly }, steps), iter: LivesUntilNoticed));

    private static int Live(LifecycleBench bench, Action<LifecycleBench>[] steps)
    {
        var books = new SenderBooks(bench);
        var owner = new OwnerBooks(bench);
        var alerts = new AlertBooks(bench);
        bench.Noted = () =>
        {
            books.Check();
            owner.Check();
            alerts.Check();
        };
        ZoneProperties.Follow(bench, steps);
        return owner.Takeovers;
    }

    private static DateTimeOffset? LastVersionOnly(DomainState state, DateTimeOffset now, HostingOptions options) =>
        RetirementClock.End(state with { Versions = state.Versions.Length < 2 ? state.Versions : [state.Versions[^2], state.Versions[^1]] }, now, options);

    /// <summary>What the world outside knows, noted without a look at the state's own moments.</summary>
    private sealed class SenderBooks(LifecycleBench bench)
    {
        private readonly Dictionary<int, (string Id, DateTimeOffset RememberedUntil)> seen = [];
        private readonly HashSet<string> ids = [];
        private int? current;
        private DateTimeOffset currentSince;

        public void Check()
        {
            var served = bench.Served;
            if (current is { } previous && served?.Number != previous)
                seen[previous] = (seen[previous].Id, bench.Now + bench.Options.Lease + TimeSpan.FromSeconds(MaxAgeOf(previous)));
            if (served is not null && served.Number != current)
            {
                Assert.True(ids.Add(served.Id), "an id was used twice");
                seen[served.Number] = (served.Id, DateTimeOffset.MaxValue);
                currentSince = bench.Now;
                CheckEnforced(served);
            }
            current = served?.Number;
            foreach (var (number, until) in bench.ServedLate)
            {
                if (number != current && seen.TryGetValue(number, out var version) && until + TimeSpan.FromSeconds(MaxAgeOf(number)) is var remembered && remembered > version.RememberedUntil)
                    seen[number] = (version.Id, remembered);
            }

            var promised = seen.Where(v => v.Key != current).Select(v => v.Value.RememberedUntil).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
            if (served is null)
                Assert.True(bench.Now >= PromisedByPolicies(), "404 while a sender may still apply a cached policy");
            if (bench.State.Hostname is { Exists: false })
            {
                Assert.True(bench.Now >= promised, "the hostname is let go before the clock has run out");
                Assert.Equal(PolicyMode.None, served!.Content.Mode);
            }
            if (Announcement.Version(bench.State) is { } announced && announced.Number == current)
                Assert.True(bench.Now >= currentSince + bench.Options.Lease, "an id is announced before every gateway serves its version");
            if (served is not null)
            {
                Assert.NotNull(bench.State.Holder);
                PolicyReading reading = PolicyReader.ReadStrict(PolicyVersions.Body(served.Content));
                Assert.IsType<PolicyReading.Accepted>(reading);
            }
        }

        // Whoever asks for it, and however it comes to be served: by a command, by a CNAME that is seen, by a domain that changes hands.
        private void CheckEnforced(PolicyVersion version)
        {
            if (version.Content.Mode != PolicyMode.Enforce || bench.State.LastMx is not { Status: Modules.Dns.DnsStatus.Found } mx || version.Content.ToPolicy().NotAdmitted(mx.Values).Count == 0)
                return;
            Assert.True(version.Overridden.Contains(PolicyAdviceCodes.MxNotCovered) || version.Overridden.Contains(PolicyAdviceCodes.MxUnseen), "an MX host is shut out, and nobody said that this is meant");
        }

        // The none version that was served to the end leaves nothing to apply.
        private DateTimeOffset PromisedByPolicies() => seen.Where(v => Content(v.Key).Mode != PolicyMode.None)
            .Select(v => v.Value.RememberedUntil).DefaultIfEmpty(DateTimeOffset.MinValue).Max();

        private int MaxAgeOf(int number) => Content(number).MaxAge;

        private PolicyContent Content(int number) => bench.State.Versions.Single(v => v.Number == number).Content;
    }
}
