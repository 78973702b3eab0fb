using MtaSts.Grains.Domains;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Senders of every cache age while a policy moves here: none sees nothing or less than before, and some do as soon as one step is left out.</summary>
public sealed class MoveInProofTests
{
    private const string Owner = LifecycleBench.Alice;
    private const int Moves = 30;
    private const int ManyMoves = 3_000;
    private const int Senders = 12;
    private static readonly int[] MaxAges = [3_600, 86_400, 604_800, 31_557_600];

    [Fact]
    public void Move_InOrder_NoSenderSeesLess() => Assert.All(Enumerable.Range(0, Moves), static seed => Assert.Empty(Seen(seed, servesFirst: true, takesOver: true)));

    [Fact]
    [Trait("form", "long")]
    public void ManyMoves_InOrder_NoSenderSeesLess() => Assert.All(Enumerable.Range(0, ManyMoves), static seed => Assert.Empty(Seen(seed, servesFirst: true, takesOver: true)));

    /// <summary>Without the claim record, the policy is served only when the CNAME was seen.</summary>
    [Fact]
    public void Move_OfTheCnameBeforeThePolicyIsServed_SomeSendersSeeNothing() =>
        Assert.Contains(Enumerable.Range(0, Moves), static seed => Seen(seed, servesFirst: false, takesOver: true).Contains(null));

    [Fact]
    public void Move_ThatStartsInTesting_SomeSendersSeeLess() =>
        Assert.Contains(Enumerable.Range(0, Moves), static seed => Seen(seed, servesFirst: false, takesOver: false).Any(static policy => policy is { Mode: PolicyMode.Testing }));

    /// <summary>What senders applied that is nothing, or less than the policy before the move.</summary>
    private static List<PolicyContent?> Seen(int seed, bool servesFirst, bool takesOver)
    {
        var random = new Random(seed);
        var theirs = new PolicyContent(PolicyMode.Enforce, ["mx1.example.com"], MaxAges[random.Next(MaxAges.Length)]);
        var (cnameTtl, idTtl) = (TimeSpan.FromMinutes(random.Next(1, 1_440)), TimeSpan.FromMinutes(random.Next(1, 1_440)));
        var (bench, cname, id) = (new LifecycleBench(), new Timeline<bool>(false), new Timeline<string?>("theirs"));
        var begin = bench.Now;
        bench.Claim(Owner);
        Pass(TimeSpan.FromHours(random.Next(1, 2_000)));
        var draft = takesOver ? theirs : theirs with { Mode = PolicyMode.Testing };
        Assert.Null(bench.Do((state, now) => bench.Lifecycle.PutPolicy(state, Owner, draft, Owner, null, isOverridden: !takesOver, now)));
        Assert.Null(bench.Enable(Owner));
        if (servesFirst)
        {
            See(Owner);
            bench.FinishHostname();
            Pass(TimeSpan.FromMinutes(random.Next(0, 5_000)), Owner);
        }
        cname.Set(bench.Now, true);
        bench.Pass(TimeSpan.FromSeconds(random.Next(1, 600)));
        bench.See(Owner, "v=STSv1; id=theirs;");
        bench.FinishHostname();
        bench.Pass(TimeSpan.FromMinutes(1));
        var moved = bench.Now;
        id.Set(moved, Announcement.Version(bench.State)!.Id);
        bench.Pass(TimeSpan.FromDays(random.Next(1, 400)));

        // A resolver that has the CNAME of the other service leads senders there, where the policy is still served.
        var world = new SenderWorld(
            new Timeline<IReadOnlyList<string>>(["mx1.example.com"]), TimeSpan.FromHours(1), id, idTtl,
            time => cname.At(time - (cnameTtl * random.NextDouble())) ? bench.State.Versions.LastOrDefault(version => version.ServedFrom <= time)?.Content : theirs,
            bench.Options.Lease);
        var seen = new List<PolicyContent?>();
        foreach (var style in Enum.GetValues<SenderStyle>())
        {
            for (var i = 0; i < Senders; i++)
            {
                var sender = new SimulatedSender(style, world, random, failsToFetch: false);
                seen.AddRange(Times().Select(sender.Applies).Where(policy => policy is not { Mode: PolicyMode.Enforce } || !policy.Mx.SequenceEqual(theirs.Mx) || policy.MaxAge != theirs.MaxAge));
            }
        }
        return seen;

        void Pass(TimeSpan time, string? claimRecordOf = null)
        {
            bench.Pass(time);
            See(claimRecordOf);
        }

        void See(string? claimRecordOf) => bench.SeeZone(MoveInTests.Elsewhere(bench, theirs, claimRecordOf));

        IEnumerable<DateTimeOffset> Times()
        {
            var moments = cname.Changes.Concat(id.Changes).ToArray();
            return Enumerable.Range(0, random.Next(1, 40)).Select(_ => begin + ((bench.Now - begin) * random.NextDouble()))
                .Concat(moments.SelectMany(moment => Enumerable.Range(0, 5).Select(_ => moment + TimeSpan.FromSeconds(random.Next(-60, 900)))))
                .Where(time => time > begin && time < bench.Now && random.Next(3) > 0).Order();
        }
    }
}
