using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Dashboard;
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
        var next = lane.EnterAsync(CancellationToken.None);
        Assert.False(next.IsCompleted);
        inside[0].Dispose();
        inside[0].Dispose(); // Given back once, however often it is said.
        Assert.NotNull(await next);
        Assert.False(lane.EnterAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Enter_TooManyWait_IsTurnedAwayAtOnce()
    {
        await FillAsync();
        var waiting = Enumerable.Range(0, SignInLane.MaxWaiting).Select(_ => lane.EnterAsync(CancellationToken.None)).ToArray();
        Assert.Null(await lane.EnterAsync(CancellationToken.None));
        Assert.DoesNotContain(waiting, one => one.IsCompleted);
    }

    [Fact]
    public async Task Enter_NoPlaceForTooLong_IsTurnedAway()
    {
        await FillAsync();
        var waiting = lane.EnterAsync(CancellationToken.None);
        clock.Advance(SignInLane.Patience);
        Assert.Null(await waiting);
    }

    [Fact]
    public async Task Enter_WhoAskedHasGone_LeavesTheQueueToOthers()
    {
        await FillAsync();
        using var gone = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, SignInLane.MaxWaiting).Select(_ => lane.EnterAsync(gone.Token)).ToArray();
        await gone.CancelAsync();
        Assert.All(await Task.WhenAll(waiting), Assert.Null);
        Assert.False(lane.EnterAsync(CancellationToken.None).IsCompleted);
    }

    private async Task<IDisposable[]> FillAsync()
    {
        var places = new IDisposable[SignInLane.AtOnce];
        for (var i = 0; i < places.Length; i++)
            places[i] = Assert.IsAssignableFrom<IDisposable>(await lane.EnterAsync(CancellationToken.None));
        return places;
    }
}
