using System.Net;
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
        var table = new PeerTable(options, clock);
        var first = table.TryEnter(IPAddress.Parse(address));
        Assert.NotNull(table.TryEnter(IPAddress.Parse(same)));
        Assert.Null(table.TryEnter(IPAddress.Parse(address)));
        Assert.NotNull(table.TryEnter(IPAddress.Parse(other)));
        first!.Dispose();
        first.Dispose();
        Assert.NotNull(table.TryEnter(IPAddress.Parse(same)));
        Assert.Null(table.TryEnter(IPAddress.Parse(same)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData(null)]
    public void TryEnter_Trusted_IsBoundByTheTotalAlone(string? address)
    {
        var table = new PeerTable(options, clock);
        var tickets = Enumerable.Range(0, 11).Select(_ => table.TryEnter(address is null ? null : IPAddress.Parse(address))).ToArray();
        Assert.Equal(10, tickets.Count(ticket => ticket is not null));
        Assert.True(Enumerable.Range(0, 100).All(_ => tickets[0]!.TakeMessage() && tickets[0]!.MayGuess));
    }

    [Fact]
    public void Rates_OfAnAddress_AreSharedByItsConnectionsAndComeBackAfterAMinute()
    {
        var table = new PeerTable(options, clock);
        var one = table.TryEnter(IPAddress.Parse("203.0.113.7"))!;
        var two = table.TryEnter(IPAddress.Parse("203.0.113.7"))!;
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
        var table = new PeerTable(options, clock);
        var kept = IPAddress.Parse("203.0.113.7");
        Assert.NotNull(table.TryEnter(kept));
        Assert.NotNull(table.TryEnter(kept));
        for (var i = 0; i < 50_000; i++)
            table.TryEnter(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]))!.Dispose();
        Assert.Null(table.TryEnter(kept));
        Assert.InRange(table.Remembered, 1, 10_010);
    }

    /// <summary>Thirty-two connections of one client could take all the memory that is kept for small messages.</summary>
    [Fact]
    public void TryHold_OneAddress_HasAnEighthOfTheMemoryOrASingleMessage()
    {
        options.MaxMemory = 800;
        var table = new PeerTable(options, clock);
        var one = table.TryEnter(IPAddress.Parse("203.0.113.7"))!;
        var same = table.TryEnter(IPAddress.Parse("203.0.113.7"))!;
        Assert.True(one.TryHold(60, 60));
        Assert.True(same.TryHold(40, 40));
        Assert.False(same.TryHold(1, 41));
        Assert.True(table.TryEnter(IPAddress.Parse("203.0.113.8"))!.TryHold(100, 100));
        same.Release(40);
        Assert.True(one.TryHold(500, 560));
        Assert.False(same.TryHold(1, 1));
        one.Release(560);
        Assert.True(same.TryHold(100, 100));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(table.TryEnter(IPAddress.Loopback)!.TryHold(500, 500)));
    }
}
