using CsCheck;
using MtaSts.Grains.Clocks;
using Xunit;

namespace MtaSts.Grains.Tests.Clocks;

/// <summary>Service time: of any two moments, no more of it lies between them than has passed, whatever the machine's clocks are set to.</summary>
public sealed class ServiceClockTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Jump = TimeSpan.FromDays(20);

    private static readonly Gen<Action<World>> Step = Gen.Frequency(
        (6, Gen.Int[1, 600].Select(m => (Action<World>)(w => w.Run(m * Minute)))),
        (2, Gen.Int[0, 20_000].Select(m => (Action<World>)(w => w.Restart(m * Minute)))),
        (2, Gen.Int[1, 40_000].Select(m => (Action<World>)(w => w.Reboot(m * Minute)))),
        (1, Gen.Int[1, 20_000].Select(m => (Action<World>)(w => w.Sleep(m * Minute)))),
        (2, Gen.Bool.Select(full => (Action<World>)(w => w.IsStoreFull = full))),
        (5, Gen.Select(Gen.Int[-40_000, 40_000], Gen.Int[0, 3], Gen.Int[1, 200], Gen.Int[0, 3]).Select((error, before, minutes, after) => (Action<World>)(w => BeWrong(w, error * Minute, before, minutes * Minute, after)))));

    /// <summary>A shim that moves the process's monotonic clock too, where the kernel's own count is there to go by.</summary>
    private static readonly Gen<Action<World>> Shim = Gen.Frequency(
        (3, Step),
        (1, Gen.Int[-40_000, 40_000].Select(m => (Action<World>)(w => w.MonotonicError = m * Minute))));

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
    public void GetUtcNow_AnyJumpsRestartsBootsAndLostWrites_NoDurationIsLongerThanItWas(bool withoutBoots) => Step.Array[1, 30].Sample(steps =>
    {
        var world = new World { WithoutBoots = withoutBoots };
        Follow(world, steps, isCalendarTrue: true);
        // The clock is right and the store works again: dates are right, and nothing is told any longer.
        world.IsStoreFull = false;
        world.Run(ClockRules.UnexplainedAgreement + TimeSpan.FromHours(1));
        Assert.Null(world.Clock.Problem);
        Assert.InRange(world.Clock.Calendar - world.Now, -ClockRules.Tolerance, ClockRules.Tolerance);
    }, iter: 2_000);

    [Fact]
    public void GetUtcNow_ShimMovesTheMonotonicClockToo_NoDurationIsLongerThanItWas() =>
        Shim.Array[1, 30].Sample(steps => Follow(new World(), steps, isCalendarTrue: false), iter: 2_000);

    private static void Follow(World world, IEnumerable<Action<World>> steps, bool isCalendarTrue)
    {
        var behind = TimeSpan.Zero;
        foreach (var step in steps)
        {
            step(world);
            var lag = world.Now - world.Clock.GetUtcNow();
            Assert.True(lag >= behind, $"{behind - lag} are counted that have not passed");
            behind = lag;
            if (isCalendarTrue)
                Assert.True(world.Clock.EarliestCalendar <= world.Now + ClockRules.Tolerance + (world.Gaps * ClockRules.ShortStandstill), "a date is taken for past that is to come");
            Assert.True(world.Clock.ToPromise(world.Clock.GetUtcNow() + Jump) >= world.Clock.Calendar + Jump, "a date is named that is too early");
        }
    }

    /// <summary>What began after a standstill lasts as long as what began before it: the standstill is credited to neither, also later.</summary>
    [Theory]
    [InlineData(20.0)]
    [InlineData(0.2)]
    [InlineData(400.0)]
    public void GetUtcNow_MachineWasOff_NothingIsCreditedAndDatesFollow(double days)
    {
        var world = new World();
        world.Run(60 * Minute);
        var before = world.Clock.GetUtcNow();
        world.Reboot(TimeSpan.FromDays(days));
        Assert.Contains("ahead of the time", world.Clock.Problem, StringComparison.Ordinal);
        var began = world.Clock.GetUtcNow();

        world.Run(TimeSpan.FromHours(7));

        Assert.Equal(TimeSpan.FromHours(7), world.Clock.GetUtcNow() - began);
        Assert.Null(world.Clock.Problem);
        Assert.Equal(world.Now, world.Clock.Calendar);
        Assert.Equal(world.Now - TimeSpan.FromHours(7), world.Clock.ToCalendar(began));
        Assert.Equal(World.Origin + (30 * Minute), world.Clock.ToCalendar(before - (30 * Minute)));
    }

    /// <summary>A reboot or a move to another machine is no reason to tell anybody anything.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(5.0)]
    [InlineData(55.0)]
    public void Problem_ShortStandstill_NothingIsToldAndDatesFollowAtOnce(double minutes)
    {
        var world = new World();
        world.Run(60 * Minute);

        world.Reboot(minutes * Minute);

        Assert.Null(world.Clock.Problem);
        Assert.Equal(world.Now, world.Clock.Calendar);
    }

    /// <summary>A machine without a battery begins where it ended, or in another year, and learns the time from the network.</summary>
    [Theory]
    [InlineData(-8.0)]
    [InlineData(-20_000.0)]
    public void Calendar_ClockIsSetMinutesAfterTheBoot_FollowsAsAfterAStandstill(double wrongBy)
    {
        var world = new World();
        world.Run(60 * Minute);
        world.Error = TimeSpan.FromDays(wrongBy);
        world.Reboot(TimeSpan.FromDays(8));
        world.Run(2 * Minute);
        world.Error = TimeSpan.Zero;

        world.Run(TimeSpan.FromHours(7));

        Assert.Equal(world.Now, world.Clock.Calendar);
        Assert.Null(world.Clock.Problem);
    }

    /// <summary>Off every night, with less than a working day in between.</summary>
    [Fact]
    public void Calendar_OffEveryNight_FollowsEveryDay()
    {
        var world = new World();
        for (var day = 0; day < 10; day++)
        {
            world.Run(TimeSpan.FromHours(8));
            Assert.Equal(world.Now, world.Clock.Calendar);
            world.Reboot(TimeSpan.FromHours(16));
        }
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
    [InlineData(20, false)]
    [InlineData(-20, false)]
    [InlineData(20, true)]
    [InlineData(-20, true)]
    public void Problem_ClockJumpsAndComesBack_ToldWhileItLasts(int days, bool acrossRestarts)
    {
        var world = new World();
        world.Run(60 * Minute);
        world.Error = days * TimeSpan.FromDays(1);
        if (acrossRestarts)
            world.Restart(Minute);
        world.Run(10 * Minute);
        Assert.Contains("20 days " + (days > 0 ? "ahead of" : "behind"), world.Clock.Problem, StringComparison.Ordinal);

        world.Error = TimeSpan.Zero;
        if (acrossRestarts)
            world.Restart(Minute);
        world.Run(10 * Minute);

        Assert.Null(world.Clock.Problem);
        Assert.Equal(world.Now, world.Clock.Calendar);
    }

    /// <summary>A clock that jumps without a standstill must be wrong for a long weekend before data is deleted by it.</summary>
    [Fact]
    public void EarliestCalendar_UnexplainedJumpStays_FollowsAfterFourDays()
    {
        var world = new World();
        world.Run(60 * Minute);
        world.Error = Jump;
        world.Run(ClockRules.UnexplainedAgreement - (20 * Minute));
        Assert.Equal(world.Now, world.Clock.EarliestCalendar);

        world.Run(60 * Minute);

        Assert.Equal(world.Now + Jump, world.Clock.EarliestCalendar);
        Assert.Equal(world.Now, world.Clock.GetUtcNow());
    }

    /// <summary>System clock and measured time never agree to the microsecond; a date that is shown twice is the same date.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-40)]
    [InlineData(900)]
    public void ToCalendar_ClocksDifferByMilliseconds_DateReadTwiceIsTheSame(int milliseconds)
    {
        var world = new World();
        world.Run(Minute);
        var moment = world.Clock.GetUtcNow();
        var shown = (world.Clock.ToCalendar(moment), world.Clock.ToPromise(moment + 20 * Minute));

        world.Error = TimeSpan.FromMilliseconds(milliseconds);
        world.Run(10 * Minute);

        Assert.Equal(shown, (world.Clock.ToCalendar(moment), world.Clock.ToPromise(moment + 20 * Minute)));
    }

    /// <summary>A first start on a wrong clock: when it is set, no time has passed by that.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    public void GetUtcNow_FirstStartWasOnAWrongClock_NothingIsDueByItsBeingSet(int days)
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

    [Fact]
    public void Restore_MarkThatWasStored_IsReadAsItWas()
    {
        var world = new World();
        world.Run(60 * Minute);
        world.Reboot(Jump);
        world.Run(10 * Minute);

        var read = System.Text.Json.JsonSerializer.Deserialize<ClockMark>(System.Text.Json.JsonSerializer.Serialize(world.Stored!))!;

        Assert.Equal(world.Stored!.Calendar.AsEnumerable(), read.Calendar.AsEnumerable());
        Assert.Equal(world.Stored with { Calendar = read.Calendar }, read);
    }
}
