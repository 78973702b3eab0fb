using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Smtp;
using MtaSts.Modules.Smtp.Connections;
using Xunit;

namespace MtaSts.Modules.Tests.Smtp;

public sealed class PeerTableTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly SmtpOptions options = new() { MaxConnections = 10, MaxConnectionsPerAddress = 2, MessagesPerMinute = 3, GuessesPerMinute = 2 };

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", "203.0.113.8")]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", "::ffff:203.0.113.8")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")]
    public void TryEnter_OneAddress_HasItsShareAndNoMore(string address, string same, string other)
    {
        var table = new PeerTable(options, clock, NullLogger.Instance);
        var first = Enter(table, address);
        Assert.NotNull(Enter(table, same));
        Assert.Null(Enter(table, address));
        Assert.NotNull(Enter(table, other));
        first!.Dispose();
        first.Dispose();
        Assert.NotNull(Enter(table, same));
        Assert.Null(Enter(table, same));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData(null)]
    public void TryEnter_Trusted_IsBoundByTheTotalAlone(string? address)
    {
        var table = new PeerTable(options, clock, NullLogger.Instance);
        var tickets = Enumerable.Range(0, 11).Select(_ => Enter(table, address)).ToArray();
        Assert.Equal(10, tickets.Count(ticket => ticket is not null));
        Assert.True(Enumerable.Range(0, 100).All(_ => tickets[0]!.TakeMessage() && tickets[0]!.MayGuess));
    }

    [Fact]
    public void Rates_OfAnAddress_AreSharedByItsConnectionsAndComeBackAfterAMinute()
    {
        var table = new PeerTable(options, clock, NullLogger.Instance);
        var one = Enter(table, "203.0.113.7")!;
        var two = Enter(table, "203.0.113.7")!;
        Assert.Equal([true, true, true, false], new[] { one, two, one, two }.Select(ticket => ticket.TakeMessage()));
        one.Guessed();
        Assert.True(two.MayGuess);
        two.Guessed();
        Assert.False(one.MayGuess);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(one.TakeMessage());
        Assert.True(one.MayGuess);
    }

    [Fact]
    public void TryEnter_FloodOfAddresses_ForgetsTheOldestAndKeepsTheConnected()
    {
        var table = new PeerTable(options, clock, NullLogger.Instance);
        const string kept = "203.0.113.7";
        Assert.NotNull(Enter(table, kept));
        Assert.NotNull(Enter(table, kept));
        for (var i = 0; i < 50_000; i++)
            Enter(table, $"10.{(byte)(i >> 16)}.{(byte)(i >> 8)}.{(byte)i}")!.Dispose();
        Assert.Null(Enter(table, kept));
        Assert.InRange(table.Remembered, 1, 10_010);
    }

    /// <summary>Thirty-two connections of one client could take all the memory that is kept for small messages.</summary>
    [Fact]
    public void TryHold_OneAddress_HasAnEighthOfTheMemoryOrASingleMessage()
    {
        options.MaxMemory = 800;
        var table = new PeerTable(options, clock, NullLogger.Instance);
        var one = Enter(table, "203.0.113.7")!;
        var same = Enter(table, "203.0.113.7")!;
        Assert.True(one.TryHold(60, 60));
        Assert.True(same.TryHold(40, 40));
        Assert.False(same.TryHold(1, 41));
        Assert.True(Enter(table, "203.0.113.8")!.TryHold(100, 100));
        same.Release(40);
        Assert.True(one.TryHold(500, 560));
        Assert.False(same.TryHold(1, 1));
        one.Release(560);
        Assert.True(same.TryHold(100, 100));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(Enter(table, "127.0.0.1")!.TryHold(500, 500)));
    }

    [Fact]
    public void TryEnter_TooMany_ClosesTheOneBetweenMessages()
    {
        var table = new PeerTable(options, clock, NullLogger.Instance);
        var dropped = new List<string>();
        var idle = table.TryEnter(IPAddress.Parse("203.0.113.7"), () => dropped.Add("idle"))!;
        var busy = table.TryEnter(IPAddress.Parse("203.0.113.7"), () => dropped.Add("busy"))!;
        busy.Place.Begin();

        Assert.NotNull(table.TryEnter(IPAddress.Parse("203.0.113.7"), () => dropped.Add("third")));

        Assert.Equal(["idle"], dropped);
        idle.Dispose();
        busy.Dispose();
    }

    /// <summary>A connection in the middle of a message.</summary>
    private static PeerTable.Ticket? Enter(PeerTable table, string? address)
    {
        var ticket = table.TryEnter(address is null ? null : IPAddress.Parse(address), () => Assert.Fail("It was busy."));
        ticket?.Place.Begin();
        return ticket;
    }
}
