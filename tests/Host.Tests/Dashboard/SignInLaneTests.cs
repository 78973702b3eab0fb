using System.Net;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Dashboard.SignIn;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

public sealed class SignInLaneTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly SignInLane lane;

    public SignInLaneTests() => lane = new SignInLane(clock);

    public void Dispose() => lane.Dispose();

    [Fact]
    public async Task Enter_APlaceIsLeft_TheNextOneHasIt()
    {
        var inside = await FillAsync();
        var next = Enter(1, CancellationToken.None);
        Assert.False(next.IsCompleted);
        inside[0].Dispose();
        inside[0].Dispose(); // Given back once, however often it is said.
        Assert.NotNull(await next);
        Assert.False(Enter(2, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Enter_TooManyWait_IsTurnedAwayAtOnce()
    {
        await FillAsync();
        var waiting = Enumerable.Range(0, SignInLane.MaxWaiting).Select(i => Enter(i, CancellationToken.None)).ToArray();
        Assert.Null(await Enter(SignInLane.MaxWaiting, CancellationToken.None));
        Assert.DoesNotContain(waiting, one => one.IsCompleted);
    }

    [Fact]
    public async Task Enter_NoPlaceForTooLong_IsTurnedAway()
    {
        await FillAsync();
        var waiting = Enter(1, CancellationToken.None);
        clock.Advance(SignInLane.Patience);
        Assert.Null(await waiting);
    }

    [Fact]
    public async Task Enter_WhoAskedHasGone_LeavesTheQueueToOthers()
    {
        await FillAsync();
        using var gone = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, SignInLane.MaxWaiting).Select(i => Enter(i, gone.Token)).ToArray();
        await gone.CancelAsync();
        Assert.All(await Task.WhenAll(waiting), Assert.Null);
        Assert.False(Enter(1, CancellationToken.None).IsCompleted);
    }

    [Theory]
    [InlineData("203.0.113.{0}", 1, SignInLane.OfNetwork)]
    [InlineData("203.0.113.{0}", 250, SignInLane.OfWideNetwork)]
    [InlineData("2001:db8:1:1::{0}", 250, SignInLane.OfNetwork)]
    [InlineData("2001:db8:1:{0}::1", 250, SignInLane.OfWideNetwork)]
    [InlineData("::ffff:203.0.113.{0}", 1, SignInLane.OfNetwork)]
    [InlineData("127.0.0.{0}", 1, SignInLane.OfNetwork)]
    public async Task Enter_ManyFromOneNetwork_HaveItsShareAndKeepNoOtherOut(string address, int addresses, int share)
    {
        // 120 connections of one party.
        var flood = Enumerable.Range(0, 120)
            .Select(i => lane.EnterAsync(ClientNetwork.Of(IPAddress.Parse(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, 1 + (i % addresses)))), null, CancellationToken.None)).ToArray();
        var entered = 0;
        foreach (var one in flood)
            entered += await HasPlaceAsync(one) ? 1 : 0;
        Assert.Equal(share, entered);

        Assert.True(await HasPlaceAsync(Enter(77, CancellationToken.None)));
    }

    [Fact]
    public async Task Enter_OfADeviceKnownFromBefore_PassesByWhoeverWaits()
    {
        await FillAsync();
        var waiting = Enumerable.Range(0, SignInLane.MaxWaiting).Select(i => Enter(i, CancellationToken.None)).ToArray();

        using var place = await lane.EnterAsync(Network(0), "device-1", CancellationToken.None);

        Assert.NotNull(place);
        Assert.DoesNotContain(waiting, one => one.IsCompleted);
    }

    [Fact]
    public async Task Enter_OfOneDeviceManyTimes_LeavesItsLaneToOthers()
    {
        var one = Enumerable.Range(0, 50).Select(_ => lane.EnterAsync(Network(1), "device-1", CancellationToken.None)).ToArray();
        var other = lane.EnterAsync(Network(2), "device-2", CancellationToken.None);
        Assert.False(other.IsCompleted);
        (await one[0])!.Dispose();
        (await one[1])!.Dispose();
        Assert.NotNull(await other);
    }

    private static ClientNetwork Network(int number) => ClientNetwork.Of(new IPAddress([198, (byte)(18 + (number / 200)), (byte)(number % 200), 1]));

    /// <summary>Whether it is inside or waits, and was not turned away.</summary>
    private static async Task<bool> HasPlaceAsync(Task<IDisposable?> one) => !one.IsCompleted || await one is not null;

    private Task<IDisposable?> Enter(int number, CancellationToken gone) => lane.EnterAsync(Network(number), null, gone);

    private async Task<IDisposable[]> FillAsync()
    {
        var places = new IDisposable[SignInLane.AtOnce];
        for (var i = 0; i < places.Length; i++)
            places[i] = Assert.IsAssignableFrom<IDisposable>(await Enter(1000 + i, CancellationToken.None));
        return places;
    }
}
