using MtaSts.Grains.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

public sealed class KnownReportersTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);
    private static readonly string Known = KnownReporters.Network("192.0.2.0/24");

    [Fact]
    public void IsKnown_FromTheDayAfterUntilSixtyDaysLater()
    {
        var state = KnownReporters.Seen(new KnownReportersState(), [Known], Today);
        Assert.False(KnownReporters.IsKnown(state, Known, Today)); // Who floods cannot make himself known on the way.
        Assert.True(KnownReporters.IsKnown(state, Known, Today.AddDays(1)));
        Assert.False(KnownReporters.IsKnown(state, Known, Today.AddDays(61)));
        Assert.Same(state, KnownReporters.Seen(state, [Known], Today)); // One write a day.
    }

    [Fact]
    public void Seen_AThousandNewEachDay_PushOutNoneThatWasSeenOnMoreDays()
    {
        var state = KnownReporters.Seen(KnownReporters.Seen(new KnownReportersState(), [Known], Today.AddDays(-1)), [Known], Today);
        for (var day = 1; day < 20; day++)
        {
            for (var i = 0; i < 1_000; i++)
                state = KnownReporters.Seen(state, [KnownReporters.Network($"10.{day}.{i % 256}.{i / 256}/24"), KnownReporters.Organization($"Forged {day} {i}")], Today.AddDays(day));
            Assert.True(KnownReporters.IsKnown(state, Known, Today.AddDays(day)));
        }
        Assert.InRange(state.Reporters.Count, 1, 2 * KnownReporters.MaxOfKind);
        // And who is new finds a place on a later day.
        Assert.True(KnownReporters.Seen(state, [KnownReporters.Network("198.51.100.0/24")], Today.AddDays(30)).Reporters.ContainsKey(KnownReporters.Network("198.51.100.0/24")));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.0/24")]
    [InlineData("192.0.2.7 (mx.sender.example, from <>)", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.0/24")]
    [InlineData("2001:db8:1:2::3", "2001:db8:1::/48")]
    [InlineData("127.0.0.1", null)]
    [InlineData("::1", null)]
    [InlineData("10.1.2.3", null)]
    [InlineData("fd00::1", null)]
    [InlineData("local socket (mx, from <>)", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void SourceNetwork_OfAPeer_IsItsNetworkOrNone(string? peer, string? network) => Assert.Equal(network, SourceNetwork.Of(peer));
}
