using CsCheck;
using MtaSts.Grains.Clocks;
using Xunit;

namespace MtaSts.Grains.Tests.Clocks;

/// <summary>Service time: no more than what has passed, whatever the machine's clock is set to, and no less for long.</summary>
public sealed class ServiceClockTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Jump = TimeSpan.FromDays(20);

    private static readonly Gen<Action<World>> Step = Gen.Frequency(
        (6, Gen.Int[1, 600].Select(m => (Action<World>)(w => w.Run(m * Minute)))),
        (2, Gen.Int[0, 20_000].Select(m => (Action<World>)(w => w.Restart(m * Minute)))),
        (2, Gen.Int[1, 40_000].Select(m => (Action<World>)(w => w.Reboot(m * Minute)))),
        (1, Gen.Int[1, 20_000].Select(m => (Action<World>)(w => w.Sleep(m * Minute)))),
        (5, Gen.Select(Gen.Int[-40_000, 40_000], Gen.Int[0, 3], Gen.Int[1, 200], Gen.Int[0, 3]).Select((error, before, minutes, after) => (Action<World>)(w => BeWrong(w, error * Minute, before, minutes * Minute, after)))));

    /// <summary>Wrong for minutes or an hour or three; it may begin and end with a restart, with a boot, or in the running process.</summary>
    private static void BeWrong(World world, TimeSpan error, int before, TimeSpan lasting, int after)
    {
        world.Error = error;
        Begin(world, before);
        world.Run(lasting);
        world.Error = TimeSpan.Zero;
        Begin(world, after);
        world.Run(2 * Minute);
    }

    private static void Begin(World world, int how)
    {
        if (how == 1)
            world.Restart(3 * Minute);
        else if (how == 2)
            world.Reboot(3 * Minute);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GetUtcNow_AnyJumpsRestartsAndBoots_NeverMoreThanHasPassedAndNeverBack(bool withoutBoots) => Step.Array[1, 30].Sample(steps =>
    {
        var world = new World { WithoutBoots = withoutBoots };
        var before = world.Clock.GetUtcNow();
        foreach (var step in steps)
        {
            step(world);
            var now = world.Clock.GetUtcNow();
            Assert.True(now <= world.Now, $"{now - world.Now} more than has passed");
            Assert.True(now >= before, "time went back");
            Assert.True(world.Clock.EarliestCalendar <= world.Now + ClockRules.Tolerance, "a date is taken for past that is to come");
            before = now;
        }
        world.Run(TimeSpan.FromDays(3));
        Assert.Null(world.Clock.Problem);
        Assert.InRange(world.Clock.ToCalendar(world.Clock.GetUtcNow()) - world.Now, -ClockRules.Tolerance, ClockRules.Tolerance);
    }, iter: 2_000);

    /// <summary>The time that a machine with a right clock was off, or asleep, counts within hours.</summary>
    [Theory]
    [InlineData(20.0)]
    [InlineData(0.2)]
    [InlineData(400.0)]
    public void GetUtcNow_MachineWasOff_CountsAfterTheClockHasAgreed(double days)
    {
        var world = new World();
        world.Run(60 * Minute);
        world.Reboot(TimeSpan.FromDays(days));
        var off = world.Clock.GetUtcNow();
        world.Run(TimeSpan.FromHours(5));
        Assert.Equal(off + TimeSpan.FromHours(5), world.Clock.GetUtcNow());
        Assert.Contains("ahead of the time", world.Clock.Problem, StringComparison.Ordinal);

        world.Run(TimeSpan.FromHours(1.5));

        Assert.Equal(world.Now, world.Clock.GetUtcNow());
        Assert.Null(world.Clock.Problem);
    }

    /// <summary>A machine without a battery begins where it ended, or in another year, and learns the time from the network.</summary>
    [Theory]
    [InlineData(-8.0)]
    [InlineData(-20_000.0)]
    public void GetUtcNow_ClockIsSetMinutesAfterTheBoot_TheTimeOffCounts(double wrongBy)
    {
        var world = new World();
        world.Run(60 * Minute);
        world.Error = TimeSpan.FromDays(wrongBy);
        world.Reboot(TimeSpan.FromDays(8));
        world.Run(2 * Minute);
        world.Error = TimeSpan.Zero;

        world.Run(TimeSpan.FromHours(7));

        Assert.Equal(world.Now, world.Clock.GetUtcNow());
    }

    /// <summary>Off every night, with less than a working day in between.</summary>
    [Fact]
    public void GetUtcNow_OffEveryNight_LagsByNoMoreThanOne()
    {
        var world = new World();
        for (var day = 0; day < 10; day++)
        {
            world.Run(TimeSpan.FromHours(8));
            world.Reboot(TimeSpan.FromHours(16));
        }

        Assert.Equal(TimeSpan.FromHours(16), world.Now - world.Clock.GetUtcNow());
    }

    [Fact]
    public void GetUtcNow_AsleepAndRestartedInOneBoot_CountsAtOnce()
    {
        var world = new World();
        world.Run(60 * Minute);
        world.Sleep(TimeSpan.FromDays(3));
        world.Run(Minute);
        Assert.Equal(world.Now, world.Clock.GetUtcNow());

        world.Restart(TimeSpan.FromDays(9));

        Assert.Equal(world.Now, world.Clock.GetUtcNow());
        Assert.Null(world.Clock.Problem);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    public void Problem_ClockJumpsAndComesBack_ToldWhileItLasts(int days)
    {
        var world = new World();
        world.Run(60 * Minute);
        world.Error = days * TimeSpan.FromDays(1);
        world.Run(10 * Minute);
        Assert.Contains("20 days " + (days > 0 ? "ahead of" : "behind"), world.Clock.Problem, StringComparison.Ordinal);
        Assert.Contains("20 days", world.Clock.Problem, StringComparison.Ordinal);

        world.Error = TimeSpan.Zero;
        world.Run(10 * Minute);

        Assert.Null(world.Clock.Problem);
        Assert.Equal(world.Now, world.Clock.GetUtcNow());
    }

    /// <summary>A first start on a wrong clock: dates follow when it is put right, and no time has passed by that.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    public void ToCalendar_FirstStartWasOnAWrongClock_FollowsAndNothingIsDueByIt(int days)
    {
        var world = new World { Error = days * TimeSpan.FromDays(1) };
        world.Restart(TimeSpan.Zero);
        var wrong = new ServiceClock(world, () => new ClockReading(world.GetUtcNow()));
        var due = wrong.GetUtcNow() + TimeSpan.FromDays(7);
        world.Error = TimeSpan.Zero;

        wrong.Look([]);

        Assert.Equal(TimeSpan.FromDays(7), due - wrong.GetUtcNow());
        Assert.NotNull(wrong.Problem);
    }

    /// <summary>Silos of one cluster: one with a clock of its own goes by what the others measured.</summary>
    [Fact]
    public void Look_AnotherSiloHasMeasuredMore_JoinsIt()
    {
        var (good, bad) = (new World(), new World { Error = Jump });
        good.Run(60 * Minute);
        bad.Run(Minute);
        var other = new ServiceClock(bad, () => new ClockReading(bad.GetUtcNow(), "another-machine"));

        other.Restore([good.Stored!]);
        Assert.Equal(good.Clock.GetUtcNow(), other.GetUtcNow());
        good.Run(30 * Minute);
        other.Look([good.Stored!]);

        Assert.Equal(good.Clock.GetUtcNow(), other.GetUtcNow());
        Assert.NotNull(other.Problem);
    }
}
