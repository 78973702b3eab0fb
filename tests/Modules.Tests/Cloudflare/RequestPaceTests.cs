using MtaSts.Modules.Cloudflare.Api;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>The pace of calls goes by the time that has passed: a system clock that is set neither stops calls nor lets too many through.</summary>
public sealed class RequestPaceTests
{
    private readonly SetClock clock = new();

    [Theory]
    [InlineData(-20)]
    [InlineData(20)]
    [InlineData(0)]
    public void Refuse_SystemClockIsSetAfterARefusal_WaitsForTheTimeThatWasTold(int days)
    {
        var pace = new RequestPace(clock);
        Assert.Null(pace.Refuse(2));
        Assert.Equal(TimeSpan.FromMinutes(2), pace.Close(TimeSpan.FromMinutes(2)));

        clock.Error = TimeSpan.FromDays(days);

        Assert.Equal(TimeSpan.FromMinutes(2), pace.Refuse(2));
        clock.Passed += TimeSpan.FromMinutes(2);
        Assert.Null(pace.Refuse(2));
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(20)]
    public void Refuse_SystemClockIsSetWithinTheWindow_BudgetIsThatOfTheWindow(int days)
    {
        var pace = new RequestPace(clock);
        Assert.Null(pace.Refuse(1));

        clock.Error = TimeSpan.FromDays(days);

        Assert.Equal(RequestPace.Window, pace.Refuse(1));
        clock.Passed += RequestPace.Window;
        Assert.Null(pace.Refuse(1));
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Passed { get; set; } = TimeSpan.FromHours(1);

        public TimeSpan Error { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(50) + Passed + Error;
    }
}
