using System.Net;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Listening;
using Xunit;

namespace MtaSts.Modules.Tests.Listening;

public sealed class ReceiveMemoryTests
{
    private const int Limit = 8_000_000;
    private const int Share = Limit / 8;
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Other = IPAddress.Parse("198.51.100.7");
    private readonly FakeTimeProvider clock = new();
    private readonly List<string> dropped = [];

    [Fact]
    public void TryTake_OneClient_HasItsShareOrASingleBody()
    {
        var (memory, _, _) = OneWithALargeBody();
        for (var small = 0; small < Share; small += 200_000)
            Assert.True(Begin(memory, One, "small").TryTake(200_000, 200_000));
        Assert.False(Begin(memory, One, "one more").TryTake(200_000, 200_000));
        Assert.True(Begin(memory, Other, "other").TryTake(200_000, 200_000));
        Assert.Empty(dropped);
    }

    /// <summary>What is whole waits for the service, not for its sender.</summary>
    [Fact]
    public void TryTake_AfterABodyIsWhole_IsNotCountedWithIt()
    {
        var (_, large, second) = OneWithALargeBody();
        Assert.True(large.Complete());
        Assert.True(second.TryTake(300_000, 300_000));
    }

    /// <summary>A megabyte at once, and then next to nothing.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void TryTake_BodyThatBeganFast_IsSlowOnceItIs(int trickle)
    {
        var memory = new ReceiveMemory(Limit, clock);
        var body = Begin(memory, null, "body");
        Assert.True(body.TryTake(5_000_000, 5_000_000));
        body.Received(1_000_000);
        for (var second = 0; second < 5; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            if (trickle > 0)
                body.Received(trickle);
        }
        Assert.True(Begin(memory, null, "taker").TryTake(5_000_000, 5_000_000));
        Assert.Equal(["body"], dropped);
    }

    [Fact]
    public void TryTake_Full_DropsTheOldestSlowBodyAndNoFastOrWholeOne()
    {
        var memory = new ReceiveMemory(Limit, clock);
        var whole = Begin(memory, null, "whole");
        var fast = Begin(memory, null, "fast");
        var slow = Begin(memory, null, "slow");
        var slower = Begin(memory, null, "slower");
        foreach (var body in new[] { whole, fast, slow, slower })
            Assert.True(body.TryTake(1_500_000, 1_500_000));
        Assert.True(whole.Complete());
        var taker = Begin(memory, null, "taker");
        Assert.False(taker.TryTake(1_500_000, 1_500_000));
        clock.Advance(ReceiveMemory.Patience / 2);
        fast.Received(200_000);
        slow.Received(100_000);
        clock.Advance(ReceiveMemory.Patience / 2);
        Assert.True(taker.TryTake(1_500_000, 1_500_000));
        Assert.Equal(["slow"], dropped);
        Assert.False(slow.Complete());
        Assert.False(slow.TryTake(1, 1));
        Assert.True(whole.Complete());
    }

    [Fact]
    public void TryTake_ClientOverItsShare_DropsItsOwnSlowBodyAlone()
    {
        var memory = new ReceiveMemory(Limit, clock);
        Assert.True(Begin(memory, Other, "other").TryTake(200_000, 200_000));
        for (var i = 0; i < 5; i++)
            Assert.True(Begin(memory, One, $"own {i}").TryTake(200_000, 200_000));
        clock.Advance(ReceiveMemory.Patience);
        Assert.True(Begin(memory, One, "taker").TryTake(200_000, 200_000));
        Assert.Equal(["own 0"], dropped);
    }

    /// <summary>Whatever comes and goes: never more than the limit is held, and all of it is given back.</summary>
    [Fact]
    public void AnyUse_HoldsNoMoreThanTheLimitAndGivesEverythingBack() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 3_000_000], Gen.Int[0, 2_000_000], Gen.Int[0, 3_000], Gen.Int[0, 4]).Array[1, 120].Sample(steps =>
        {
            var memory = new ReceiveMemory(Limit, clock);
            var bodies = new List<(ReceiveMemory.Body Body, long Holds)>();
            foreach (var (client, bytes, arrived, pause, what) in steps)
            {
                var body = memory.Begin(client == 0 ? null : new IPAddress([192, 0, 2, (byte)client]), static () => { });
                if (body.TryTake(bytes, bytes))
                    body.Received(arrived);
                if (what == 0)
                    body.Complete();
                if (what == 1)
                    body.Dispose();
                bodies.Add((body, bytes));
                clock.Advance(TimeSpan.FromMilliseconds(pause));
                Assert.InRange(memory.Free, 0, Limit);
            }
            bodies.ForEach(static body => body.Body.Dispose());
            Assert.Equal(Limit, memory.Free);
        }, iter: 500);

    /// <summary>A body above the share of its client leaves room for small ones of other clients only.</summary>
    private (ReceiveMemory Memory, ReceiveMemory.Body Large, ReceiveMemory.Body Second) OneWithALargeBody()
    {
        var memory = new ReceiveMemory(Limit, clock);
        var large = Begin(memory, One, "large");
        Assert.True(large.TryTake(3_000_000, 3_000_000));
        var second = Begin(memory, One, "second");
        Assert.False(second.TryTake(300_000, 300_000));
        return (memory, large, second);
    }

    private ReceiveMemory.Body Begin(ReceiveMemory memory, IPAddress? client, string name) => memory.Begin(client, () => dropped.Add(name));
}
