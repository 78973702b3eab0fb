using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>A domain with a history of policies whose owner changes its MX hosts by the plan, or leaves one step out.</summary>
internal sealed class MxPlanLife
{
    private const string Owner = LifecycleBench.Alice;
    private const int Senders = 12;
    private static readonly int[] MaxAges = [3_600, 86_400, 604_800, 2_592_000, 10_000_000, 31_557_600];
    private static readonly TimeSpan[] Ttls = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromDays(1)];
    private static readonly string[] OldMx = ["mx1.example.com", "mx2.example.com"];
    private static readonly string[] NewMx = ["example-com.h-v1.mx.microsoft"];
    private readonly Random random;
    private readonly MxPlanStep? leftOut;
    private readonly Timeline<IReadOnlyList<string>> mx = new(OldMx);
    private readonly Timeline<string?> id = new(null);
    private readonly List<DateTimeOffset> moments = [];

    public MxPlanLife(int seed, MxPlanStep? leftOut)
    {
        (random, this.leftOut) = (new Random(seed), leftOut);
        (MxTtl, IdTtl) = (Pick(Ttls), Pick(Ttls));
    }

    public LifecycleBench Bench { get; } = new();

    public TimeSpan MxTtl { get; }

    public TimeSpan IdTtl { get; }

    private MxPlan? Plan => Claims.Of(Bench.State, Owner)!.MxPlan;

    private MxPlanStepView? Current => Plan is { IsRunning: true } plan ? MxPlanSteps.Current(Bench.State, Claims.Of(Bench.State, Owner)!, plan, Bench.Options, Bench.Now) : null;

    /// <summary>Lives from the first policy to the end of the last copy, and returns what senders refused.</summary>
    public IReadOnlyList<Refused> Run()
    {
        var begin = Bench.Now;
        History();
        Assert.Null(Bench.Do((state, now) => Bench.Lifecycle.PutMxPlan(state, Owner, NewMx, Owner, now)));
        Follow();
        Pass(TimeSpan.FromDays(2));
        return Deliver(begin, Bench.Now);
    }

    private void History()
    {
        Bench.Claim(Owner);
        Put(PolicyMode.Testing);
        Bench.Enable(Owner, isOverridden: true);
        See();
        Bench.FinishHostname();
        for (var versions = random.Next(1, 5); versions >= 0; versions--)
        {
            Put(versions == 0 || random.Next(4) > 0 ? PolicyMode.Enforce : PolicyMode.Testing);
            if (random.Next(3) > 0 || versions == 0)
                PublishId();
            Pass(TimeSpan.FromHours(random.Next(1, 2_000)));
        }
    }

    private void Follow()
    {
        if (leftOut == MxPlanStep.AddNewHosts)
        {
            SwitchMx();
            return;
        }
        for (var turns = 0; Current is { } step; turns++)
        {
            Assert.True(turns < 100, $"The plan does not go on from {step}.");
            var isLeftOut = step.Step == leftOut;
            if (isLeftOut && MxPlanSteps.CanSkip(step.Step))
                Assert.Null(Bench.Do((state, now) => Bench.Lifecycle.SkipMxPlanStep(state, Owner, step.Step, Owner, now)));
            else if (isLeftOut && step.Step == MxPlanStep.RemoveOldHosts)
                return;
            else if (isLeftOut)
            {
                Take(MxPlanPolicies.WithoutOldHosts(Bench.Served!.Content, Plan!), isOverridden: true);
                PublishId();
                return;
            }
            else if (step.State == MxPlanStepState.Waiting)
            {
                Pass(step.At!.Value - Bench.Now - TimeSpan.FromSeconds(1));
                Assert.True(Current is { State: MxPlanStepState.Waiting } || Current != step, "The wait ends at its date, not before.");
                Pass(TimeSpan.FromSeconds(1));
            }
            else
                Take(step);
        }
        Assert.Equal(NewMx, Bench.Served!.Content.Mx);
    }

    private void Take(MxPlanStepView step)
    {
        Dawdle();
        switch (step.Step)
        {
            case MxPlanStep.PublishId when step.State == MxPlanStepState.Blocked:
                Pass(TimeSpan.FromMinutes(1));
                break;
            case MxPlanStep.PublishId:
                PublishId();
                break;
            case MxPlanStep.SwitchMx:
                SwitchMx();
                break;
            default:
                Take(step.Proposed!, isOverridden: false); // What the plan proposes needs no override.
                PublishId(isCertain: step.Step == MxPlanStep.RemoveOldHosts);
                break;
        }
    }

    private void Take(PolicyContent content, bool isOverridden)
    {
        Note();
        Assert.Null(Bench.Do((state, now) => Bench.Lifecycle.PutPolicy(state, Owner, content, Owner, null, isOverridden, now)));
    }

    /// <summary>Owners do a step some time after they may.</summary>
    private void Dawdle()
    {
        if (random.Next(2) == 0)
            Pass(TimeSpan.FromMinutes(random.Next(1, 3_000)));
    }

    private void Put(PolicyMode mode)
    {
        Note();
        Bench.Put(Owner, mode, Pick(MaxAges), OldMx);
    }

    private void PublishId(bool isCertain = true)
    {
        if (!isCertain)
            return;
        Pass(TimeSpan.FromMinutes(1));
        Note();
        if (leftOut != MxPlanStep.PublishId || Plan is null)
            id.Set(Bench.Now, Announcement.Version(Bench.State)!.Id);
        See();
    }

    private void SwitchMx()
    {
        Note();
        mx.Set(Bench.Now, NewMx);
        Pass(TimeSpan.FromMinutes(random.Next(0, 60)));
        See();
    }

    private void Pass(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
            Bench.Pass(time);
        See();
    }

    private void See()
    {
        var record = id.Now is { } published ? new LookupView(DnsStatus.Found, [PolicyRecord.Write(published)], (int)IdTtl.TotalSeconds, null) : new LookupView(DnsStatus.NoName, [], 0, null);
        Bench.SeeZone(Bench.Observe(Owner) with { PolicyRecord = record, Mx = new LookupView(DnsStatus.Found, mx.Now, (int)MxTtl.TotalSeconds, null) });
    }

    private void Note() => moments.Add(Bench.Now);

    /// <summary>Senders that fetch at any time, above all just before something changes, and deliver at any time, above all just after.</summary>
    private List<Refused> Deliver(DateTimeOffset begin, DateTimeOffset end)
    {
        var world = new SenderWorld(mx, MxTtl, id, IdTtl, time => Bench.State.Versions.LastOrDefault(version => version.ServedFrom <= time)?.Content, Bench.Options.Lease);
        var refused = new List<Refused>();
        foreach (var style in Enum.GetValues<SenderStyle>())
        {
            for (var i = 0; i < Senders; i++)
            {
                var sender = new SimulatedSender(style, world, random, failsToFetch: i % 4 == 3);
                refused.AddRange(Times(begin, end).Select(sender.Deliver).OfType<Refused>());
            }
        }
        return refused;
    }

    private IEnumerable<DateTimeOffset> Times(DateTimeOffset begin, DateTimeOffset end)
    {
        var times = new List<DateTimeOffset>();
        foreach (var moment in moments.Concat(mx.Changes).Concat(id.Changes).Where(_ => random.Next(2) == 0))
        {
            times.Add(moment - TimeSpan.FromSeconds(random.Next(1, 30)));
            times.Add(moment + TimeSpan.FromSeconds(random.Next(0, 120)));
            times.Add(moment + (MxTtl * random.NextDouble()));
        }
        for (var i = random.Next(1, 60); i > 0; i--)
            times.Add(begin + ((end - begin) * random.NextDouble()));
        // A busy sender delivers all the time while the change goes on: its copy is renewed again and again.
        if (random.Next(2) == 0)
            times.AddRange(Enumerable.Range(0, 200).Select(step => moments[^Math.Min(moments.Count, 6)] + ((end - moments[^Math.Min(moments.Count, 6)]) * (step / 200.0))));
        return times.Where(time => time > begin && time < end).Order();
    }

    private T Pick<T>(T[] of) => of[random.Next(of.Length)];
}
