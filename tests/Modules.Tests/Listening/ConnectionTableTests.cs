using System.Net;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Listening;
using Xunit;

namespace MtaSts.Modules.Tests.Listening;

public sealed class ConnectionTableTests
{
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider clock = new();
    private readonly List<string> dropped = [];

    [Fact]
    public void TryEnter_OneClientWithoutEnd_CompetesWithItself()
    {
        var table = Table(max: 100, perNetwork: 10);
        var other = Enter(table, "198.51.100.1", "other");
        var places = Enumerable.Range(0, 1_000).Select(i => Enter(table, "203.0.113.7", $"flood {i}")).ToArray();

        Assert.NotNull(other);
        Assert.All(places, Assert.NotNull);
        Assert.InRange(table.Count, 2, 11);
        Assert.DoesNotContain("other", dropped);
        Assert.Equal("flood 0", dropped[0]);
    }

    [Fact]
    public void TryEnter_ManyClientsAtTheirShare_LeaveRoomForOneMore()
    {
        var table = Table(max: 80, perNetwork: 10);
        var one = Enter(table, "198.51.100.1", "one");
        for (var i = 0; i < 2_000; i++)
            Assert.NotNull(Enter(table, $"203.0.113.{i % 50}", $"flood {i}"));

        Assert.DoesNotContain("one", dropped);
        Assert.True(one!.Begin());
    }

    [Fact]
    public void TryEnter_AllAreBusy_IsRefusedUntilOneHasGoneOnTooLong()
    {
        var table = Table(max: 4, perNetwork: 2);
        var places = Enumerable.Range(0, 4).Select(i => Enter(table, $"203.0.113.{i}", $"busy {i}")!).ToArray();
        Assert.All(places, place => Assert.True(place.Begin()));

        Assert.Null(Enter(table, "198.51.100.1", "new"));
        clock.Advance(LongestRequest + TimeSpan.FromSeconds(1));
        Assert.NotNull(Enter(table, "198.51.100.1", "new"));

        Assert.Single(dropped);
        Assert.Single(places, place => !place.Begin());
    }

    /// <summary>On a busy machine a flood is accepted faster than requests are read: the longest idle connection was one whose request waited.</summary>
    [Fact]
    public void TryEnter_OldestHasSentWhatIsNotYetRead_TheNextIsDropped()
    {
        var table = Table(max: 4, perNetwork: 2);
        var waiting = true;
        using var sender = table.TryEnter(IPAddress.Parse("198.51.100.1"), () => dropped.Add("sender"), null, () => waiting);
        foreach (var i in Enumerable.Range(0, 10))
            Assert.NotNull(Enter(table, $"203.0.113.{i}", $"flood {i}"));
        Assert.Equal("flood 0", dropped[0]);
        Assert.DoesNotContain("sender", dropped);

        waiting = false;
        Assert.NotNull(Enter(table, "203.0.113.100", "later"));
        Assert.Contains("sender", dropped);
    }

    [Fact]
    public void TryEnter_NoLimitForBusyOnes_NeverDropsOne()
    {
        var table = Table(max: 2, perNetwork: 2, dropBusy: false);
        Enter(table, "203.0.113.1", "1")!.Begin();
        Enter(table, "203.0.113.2", "2")!.Begin();
        clock.Advance(TimeSpan.FromDays(1));

        Assert.Null(Enter(table, "198.51.100.1", "new"));
        Assert.Empty(dropped);
    }

    [Fact]
    public void TryEnter_DroppedOnesThatDoNotLeave_AreCountedStill()
    {
        var table = Table(max: 40, perNetwork: 40);
        var entered = Enumerable.Range(0, 1_000).Count(_ => Enter(table, "203.0.113.7", "stuck") is not null);

        Assert.InRange(entered, 40, 40 + 33); // Those that hold their descriptor after they were dropped.
    }

    [Fact]
    public void TryEnter_UncountedNetwork_IsBoundByTheTotalAlone()
    {
        var table = Table(max: 20, perNetwork: 2);
        for (var i = 0; i < 20; i++)
            Assert.NotNull(Enter(table, "127.0.0.1", $"proxy {i}"));

        Assert.Empty(dropped);
        Assert.NotNull(Enter(table, "203.0.113.7", "one"));
        Assert.Equal(["proxy 0"], dropped);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void Of_TwoAddresses_AreOneClientInOneNetwork(string one, string other, bool isSame) =>
        Assert.Equal(isSame, ClientNetwork.Of(IPAddress.Parse(one)).Equals(ClientNetwork.Of(IPAddress.Parse(other))));

    /// <summary>Whatever comes and goes: never more than allowed, nobody busy is dropped early, and a client below its share finds room while somebody is idle.</summary>
    [Fact]
    public void TryEnter_AnySequence_KeepsTheBounds() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 7]).Array[1, 400].Sample(steps =>
        {
            var table = Table(max: 12, perNetwork: 4);
            var open = new List<(ConnectionPlace Place, string Client, bool[] IsDropped)>();
            foreach (var (kind, pick) in steps)
            {
                clock.Advance(TimeSpan.FromMilliseconds(1));
                var chosen = open.Count > 0 ? open[pick % open.Count] : default;
                if (kind <= 4)
                {
                    var client = $"203.0.113.{pick}";
                    var isIdle = open.Any(one => one.Place.IsIdle);
                    var isDropped = new bool[1];
                    var place = table.TryEnter(IPAddress.Parse(client), () => isDropped[0] = true);
                    if (place is not null)
                        open.Add((place, client, isDropped));
                    else if (isIdle && open.Count(one => one.Client == client) < 4)
                        return false;
                }
                else if (open.Count > 0 && kind == 5)
                {
                    chosen.Place.Begin();
                }
                else if (open.Count > 0 && kind == 6)
                {
                    chosen.Place.End();
                }
                else if (open.Count > 0)
                {
                    chosen.Place.Dispose();
                    open.Remove(chosen);
                }
                foreach (var gone in open.Where(one => one.IsDropped[0]).ToArray())
                {
                    gone.Place.Dispose();
                    open.Remove(gone);
                }
                if (table.Count != open.Count || table.Count > 12 || open.GroupBy(one => one.Client).Any(group => group.Count() > 4))
                    return false;
            }
            return true;
        }, iter: 2_000, threads: 1);

    [Theory]
    [InlineData(1_024, 6, 192, 24)]
    [InlineData(1_024, 2, 64, 16)]
    [InlineData(1_048_576, 6, 8_192, 1_000)]
    [InlineData(256, 6, 24, 16)]
    [InlineData(int.MaxValue, 6, 8_192, 1_000)]
    public void Within_DescriptorsOfTheProcess_StayWellBelow(int descriptors, int sixteenths, int max, int perNetwork)
    {
        var limits = ConnectionLimits.Within(descriptors, "gateway", sixteenths, 8_192, 1_000);

        Assert.Equal((max, perNetwork), (limits.Max, limits.MaxPerNetwork));
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     \n", 1_024)]
    [InlineData("Max open files            unlimited            unlimited            files     \n", int.MaxValue)]
    [InlineData("something else\n", 10_240)]
    public void Read_TheProcessLimits_IsTheSoftOne(string text, int expected)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "Limit                     Soft Limit           Hard Limit           Units     \n" + text);
        Assert.Equal(expected, FileDescriptors.Read(path));
        File.Delete(path);
    }

    private ConnectionTable Table(int max, int perNetwork, bool dropBusy = true) => new(
        new ConnectionLimits("gateway", max, perNetwork) { Uncounted = [IPNetwork.Parse("127.0.0.0/8")], DropBusyAfter = dropBusy ? LongestRequest : null },
        clock,
        NullLogger.Instance);

    /// <summary>A connection that closes as soon as it is dropped, unless it is called stuck.</summary>
    private ConnectionPlace? Enter(ConnectionTable table, string address, string name)
    {
        ConnectionPlace? place = null;
        clock.Advance(TimeSpan.FromTicks(1));
        return place = table.TryEnter(IPAddress.Parse(address), () =>
        {
            dropped.Add(name);
            if (name != "stuck")
                place!.Dispose();
        });
    }
}
