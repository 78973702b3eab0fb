using MtaSts.Modules.Listening;
using MtaSts.Modules.Smtp;
using Xunit;

namespace MtaSts.Modules.Tests.Smtp;

/// <summary>Each limit at its value and one beyond.</summary>
public sealed class LimitTests
{
    private const string Rcpt = "RCPT TO:<" + Talk.Known + "@reports.example>";

    [Theory]
    [InlineData(10, "250 2.0.0")]
    [InlineData(11, "552 5.3.4")]
    public void MaxMessageBytes_Data(int bytes, string reply)
    {
        using var talk = new Talk(configure: options => options.MaxMessageBytes = 10).Begun();
        Assert.StartsWith(reply, Second(talk.Say("DATA", new string('x', bytes - 2), ".")), StringComparison.Ordinal);
        Assert.StartsWith("250", talk.Say("MAIL FROM:<>"), StringComparison.Ordinal); // The connection goes on.
    }

    [Fact]
    public void MaxMessageBytes_SentOnFarBeyond_IsHungUpOn()
    {
        using var talk = new Talk(configure: options => options.MaxMessageBytes = 1_000).Begun();
        talk.Say("DATA");
        Assert.StartsWith("552 5.3.4", talk.Send(new string('x', 2_001)), StringComparison.Ordinal);
        Assert.True(talk.IsClosed);
        Assert.Equal(new SmtpOptions().MaxMemory, talk.Memory.Free);
    }

    [Theory]
    [InlineData(2_000, false)]
    [InlineData(2_001, true)]
    public void MaxMessageBytes_ChunkFarBeyond_IsHungUpOnAtOnce(int size, bool closed)
    {
        using var talk = new Talk(configure: options => options.MaxMessageBytes = 1_000).Begun();
        talk.Say($"BDAT {size} LAST");
        Assert.Equal(closed, talk.IsClosed);
    }

    [Theory]
    [InlineData(2_048, "250 2.0.0", false)]
    [InlineData(2_049, "500 5.5.2", true)]
    public void MaxCommandLine(int bytes, string reply, bool closed)
    {
        using var talk = new Talk();
        Assert.StartsWith(reply, talk.Say("NOOP " + new string('x', bytes - 7)), StringComparison.Ordinal);
        Assert.Equal(closed, talk.IsClosed);
    }

    [Fact]
    public void MaxCommandLine_LineWithoutEnd_IsHungUpOn()
    {
        using var talk = new Talk();
        talk.Send(new string('x', 2_049));
        Assert.True(talk.IsClosed);
    }

    [Fact]
    public void MaxCommands_OneBeyond_IsHungUpOn()
    {
        using var talk = new Talk(configure: options => options.MaxCommands = 3);
        talk.Say("NOOP", "NOOP", "NOOP");
        Assert.False(talk.IsClosed);
        Assert.StartsWith("421 4.7.0", talk.Say("NOOP"), StringComparison.Ordinal);
        Assert.True(talk.IsClosed);
    }

    [Fact]
    public void MaxErrors_Reached_IsHungUpOn()
    {
        using var talk = new Talk(configure: options => options.MaxErrors = 3);
        talk.Say("GET / HTTP/1.1", "Host: reports.example");
        Assert.False(talk.IsClosed);
        Assert.Contains("421 4.7.0", talk.Say(""), StringComparison.Ordinal);
        Assert.True(talk.IsClosed);
    }

    [Fact]
    public void MaxRecipients_OneBeyond_IsPutOffAndTheOthersStay()
    {
        using var talk = new Talk(configure: options => options.MaxRecipients = 2).Begun(Talk.Known, Talk.Known);
        Assert.StartsWith("452 4.5.3", talk.Say(Rcpt), StringComparison.Ordinal);
        Assert.Contains("250 2.0.0", talk.Say("DATA", "x", "."), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, "250 2.0.0")]
    [InlineData(19, "452 4.5.3")]
    public void MaxStoredBytes_SizeTimesRecipients(int limit, string reply)
    {
        using var talk = new Talk(configure: options => options.MaxStoredBytes = limit).Begun(Talk.Known, Talk.AlsoKnown, Talk.Known);
        Assert.StartsWith(reply, Second(talk.Say("DATA", "01234567", ".")), StringComparison.Ordinal);
    }

    [Fact]
    public void MaxStoredBytes_SizeDeclared_IsToldToTheRecipientBeyondAndTheOthersStay()
    {
        using var talk = new Talk(configure: options => options.MaxStoredBytes = 15);
        talk.Say("EHLO client.example", "MAIL FROM:<> SIZE=10");
        Assert.Equal(
            "250 2.1.5 Ok\r\n452 4.5.3 Too many recipients for its size, send again for the others\r\n250 2.1.5 Ok\r\n",
            talk.Say(Rcpt, $"RCPT TO:<{Talk.AlsoKnown}@reports.example>", Rcpt));
        Assert.Contains("250 2.0.0", talk.Say("DATA", "01234567", "."), StringComparison.Ordinal);
    }

    [Fact]
    public void MaxCommandsAndMaxErrors_CountSinceTheLastStoredMessage()
    {
        using var talk = new Talk(configure: options => (options.MaxCommands, options.MaxErrors) = (10, 3));
        for (var message = 0; message < 10; message++)
        {
            Assert.DoesNotContain("421", talk.Begun().Say("NONSENSE", "NONSENSE", "DATA", "x", "."), StringComparison.Ordinal);
        }
        Assert.Contains("421 4.7.0 Too many errors", talk.Say("NONSENSE", "NONSENSE", "NONSENSE"), StringComparison.Ordinal);
    }

    [Fact]
    public void Postmaster_IsNoGuess()
    {
        using var talk = new Talk();
        talk.Say("EHLO client.example", "MAIL FROM:<>", "RCPT TO:<postmaster>", "RCPT TO:<postmaster@reports.example>");
        Assert.Equal(0, talk.Guesses);
    }

    [Fact]
    public void MaxMemory_AddressHoldsItsShare_IsPutOffAndNothingIsKept()
    {
        using var talk = new Talk().Begun();
        talk.MayHold = false;
        Assert.StartsWith("452 4.3.1", Second(talk.Say("DATA", "x", ".")), StringComparison.Ordinal);
        talk.MayHold = true;
        talk.Begun();
        Assert.StartsWith("250 2.0.0", Second(talk.Say("DATA", "x", ".")), StringComparison.Ordinal);
        Assert.Equal((0, new SmtpOptions().MaxMemory), (talk.Held, talk.Memory.Free));
    }

    [Fact]
    public void MaxMemory_NoRoom_IsPutOffAndGivenBack()
    {
        using var talk = new Talk(configure: options => (options.MaxMessageBytes, options.MaxMemory) = (100_000, 100_000));
        using var other = talk.Memory.Begin(null, static () => { });
        Assert.True(other.TryTake(99_000, 99_000));
        talk.Begun();
        Assert.StartsWith("452 4.3.1", Second(talk.Say("DATA", new string('x', 5_000), ".")), StringComparison.Ordinal);
        Assert.True(other.TryTake(1_000, 100_000));
        Assert.StartsWith("452 4.3.1", talk.Say("MAIL FROM:<>"), StringComparison.Ordinal);
        other.Dispose();
        talk.Begun();
        Assert.StartsWith("250 2.0.0", Second(talk.Say("DATA", new string('x', 90_000), ".")), StringComparison.Ordinal);
        Assert.Equal(100_000, talk.Memory.Free);
    }

    [Fact]
    public void MaxMemory_TakenByALargeMessage_LeavesRoomForSmallOnes()
    {
        const int Large = 3 * 1024 * 1024;
        using var large = new Talk(configure: options => (options.MaxMessageBytes, options.MaxMemory) = (Large, 4 * 1024 * 1024));
        large.Begun().Say("DATA", new string('x', Large - 2));
        using (var other = large.Memory.Begin(null, static () => { }))
        {
            Assert.False(other.TryTake(300_000, 300_000));
            Assert.True(other.TryTake(200_000, 200_000));
        }
        Assert.Contains("250 2.0.0", large.Say("."), StringComparison.Ordinal);
        Assert.Equal(4 * 1024 * 1024, large.Memory.Free);
    }

    /// <summary>Messages that come in slowly hold all of the memory: the oldest gives way, and its sender is told to come again.</summary>
    [Fact]
    public void MaxMemory_HeldBySlowMessages_GivesWay()
    {
        using var slow = new Talk(configure: options => (options.MaxMessageBytes, options.MaxMemory) = (100_000, 100_000));
        slow.Begun().Say("DATA", new string('x', 90_000));
        using var other = slow.Memory.Begin(null, static () => { });
        Assert.False(other.TryTake(50_000, 50_000)); // It may still be a fast one.
        slow.Time.Advance(ReceiveMemory.Patience);
        Assert.True(other.TryTake(50_000, 50_000));
        Assert.Equal((0, 50_000), (slow.Held, slow.Memory.Free));
        Assert.StartsWith("452 4.3.1", slow.Say("x", "."), StringComparison.Ordinal);
        other.Dispose();
        slow.Begun();
        Assert.StartsWith("250 2.0.0", Second(slow.Say("DATA", new string('x', 90_000), ".")), StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_UsedUp_ArePutOff()
    {
        using var talk = new Talk();
        talk.Say("EHLO client.example", "MAIL FROM:<>", $"RCPT TO:<{Talk.Unknown}@reports.example>", Rcpt);
        Assert.Equal(1, talk.Guesses);
        talk.MayGuess = false;
        Assert.StartsWith("450 4.7.1", talk.Say(Rcpt), StringComparison.Ordinal); // Known or not: it does not tell.
        talk.MayMail = false;
        talk.Say("RSET");
        Assert.StartsWith("450 4.7.1", talk.Say("MAIL FROM:<>"), StringComparison.Ordinal);
    }

    private static string Second(string replies) => replies[(replies.IndexOf("\r\n", StringComparison.Ordinal) + 2)..];
}
