using System.Text;
using CsCheck;
using Xunit;

namespace MtaSts.Modules.Tests.Smtp;

/// <summary>Messages byte by byte: what is stored is what was sent, wherever the network cuts, and only CR LF . CR LF ends it.</summary>
public sealed class MessageTests
{
    private static readonly Gen<byte> Octet = Gen.Frequency((3, Gen.Const((byte)'\r')), (3, Gen.Const((byte)'\n')), (3, Gen.Const((byte)'.')), (2, Gen.Const((byte)'a')), (1, Gen.Byte));

    /// <summary>Lines as DATA can carry them: the last one ends.</summary>
    private static readonly Gen<byte[]> Text = Octet.Array[0, 40].Select(bytes => bytes.Length == 0 || bytes.AsSpan().EndsWith("\r\n"u8) ? bytes : [.. bytes, (byte)'\r', (byte)'\n']);

    [Fact]
    public void Data_AnyBytesAnyCuts_AreStoredAsTheyWere() =>
        Gen.Select(Text.Where(text => text.Length > 0), Gen.Int[0, 200].Array[0, 6]).Sample((text, cuts) =>
        {
            using var talk = new Talk().Begun();
            var sent = Encoding.Latin1.GetBytes("DATA\r\n" + Stuffed(text) + ".\r\nNOOP\r\n");
            var replies = talk.Send(sent, [.. cuts.Where(cut => cut < sent.Length).Order()]);
            Assert.Equal(text, Assert.Single(talk.Inbox.Stored).Raw.ToArray());
            Assert.Equal(3, replies.Split("\r\n").Length - 1);
            Assert.EndsWith("250 2.0.0 Ok\r\n", replies, StringComparison.Ordinal);
        }, iter: 20_000);

    [Fact]
    public void Chunks_AnyBytesAnyCuts_AreStoredAsTheyWere() =>
        Gen.Select(Octet.Array[0, 20].Array[1, 4].Where(chunks => chunks.Sum(chunk => chunk.Length) > 0), Gen.Int[0, 200].Array[0, 6], Gen.Bool).Sample((chunks, cuts, closed) =>
        {
            using var talk = new Talk().Begun();
            var sent = new List<byte>();
            for (var i = 0; i < chunks.Length; i++)
            {
                var isLast = i == chunks.Length - 1;
                sent.AddRange(Encoding.ASCII.GetBytes($"BDAT {chunks[i].Length}{(isLast && !closed ? " LAST" : "")}\r\n"));
                sent.AddRange(chunks[i]);
            }
            if (closed)
                sent.AddRange("BDAT 0 LAST\r\n"u8.ToArray());
            talk.Send([.. sent], [.. cuts.Where(cut => cut < sent.Count).Order()]);
            Assert.Equal(chunks.SelectMany(chunk => chunk), Assert.Single(talk.Inbox.Stored).Raw.ToArray());
        }, iter: 5_000);

    /// <summary>A session with everything in it, cut once at every place, and byte by byte.</summary>
    [Fact]
    public void Session_CutAnywhere_IsTheSame()
    {
        const string Recipient = $"RCPT TO:<{Talk.Known}@reports.example>\r\n";
        var sent = "EHLO client.example\r\nMAIL FROM:<a@b.example>\r\n" + Recipient + "DATA\r\n..\r\n.\n.\r\r\n\r\n..a\r\n\r\n.\r\n"
            + "NONSENSE\r\nMAIL FROM:<>\r\n" + Recipient + $"RCPT TO:<{Talk.Unknown}@reports.example>\r\nBDAT 5\r\nQUIT\rBDAT 0\r\nBDAT 4 LAST\r\n.\r\n\n"
            + "BDAT 6\r\nRSET\r\nMAIL FROM:<x@y.example>\r\nRSET\r\nQUIT\r\n";
        using var whole = new Talk();
        whole.Send(sent);
        Assert.Equal(
            [".\r\n\n.\r\r\n\r\n.a\r\n\r\n", "QUIT\r.\r\n\n"],
            whole.Inbox.Stored.Select(envelope => Encoding.Latin1.GetString(envelope.Raw.Span)).Order(StringComparer.Ordinal));
        for (var cut = 1; cut < sent.Length; cut++)
            Same(whole, sent, cut);
        Same(whole, sent, [.. Enumerable.Range(1, sent.Length - 1)]);
    }

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r\n.\n")]
    [InlineData("\r.\r")]
    [InlineData("\r\n.\r")]
    [InlineData("\r.\r\n")]
    [InlineData("\r\n\0.\r\n")]
    [InlineData("\r\n.\0\r\n")]
    [InlineData("\r\n. \r\n")]
    [InlineData("\r\n.\r\0\n")]
    [InlineData("\r\n.\r\r\n")]
    public void Data_WhatOthersTakeForTheEnd_IsNone(string notTheEnd)
    {
        using var talk = new Talk().Begun();
        Assert.Equal("354 End with CR LF . CR LF\r\n", talk.Send($"DATA\r\nfirst{notTheEnd}MAIL FROM:<smuggled@evil.example>\r\n"));
        Assert.StartsWith("250 2.0.0 Stored", talk.Say("", "."), StringComparison.Ordinal);
        Assert.Contains("MAIL FROM:<smuggled@evil.example>\r\n", talk.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_CrCrLf_EndsALine()
    {
        using var talk = new Talk().Begun();
        Assert.Contains("Stored", talk.Send("DATA\r\na\r\r\n.\r\n"), StringComparison.Ordinal);
        Assert.Equal("a\r\r\n", talk.Message);
    }

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT x")]
    [InlineData("BDAT -1")]
    [InlineData("BDAT 5 FIRST")]
    [InlineData("BDAT LAST")]
    [InlineData("BDAT 99999999999999999999 LAST")]
    public void Chunk_SizeUnknown_EndsTheConnection(string line)
    {
        using var talk = new Talk().Begun();
        Assert.StartsWith("501 5.5.4", talk.Say(line, "MAIL FROM:<inside@the.chunk>"), StringComparison.Ordinal);
        Assert.True(talk.IsClosed);
    }

    [Fact]
    public void Chunk_Begun_AllowsNothingButGoingOnOrStartingOver()
    {
        using var talk = new Talk().Begun();
        talk.Send("BDAT 2\r\nab");
        Assert.StartsWith("503", talk.Say("DATA"), StringComparison.Ordinal);
        Assert.StartsWith("503", talk.Say("MAIL FROM:<>"), StringComparison.Ordinal);
        Assert.StartsWith("503", talk.Say($"RCPT TO:<{Talk.Known}@reports.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250", talk.Say("RSET"), StringComparison.Ordinal);
        Assert.StartsWith("503", talk.Say("BDAT 0 LAST"), StringComparison.Ordinal);
        Assert.Empty(talk.Inbox.Stored);
    }

    [Fact]
    public void Chunk_TooLargeInAll_IsRefusedAndWhatFollowsIsHeardOut()
    {
        using var talk = new Talk(configure: options => options.MaxMessageBytes = 10).Begun();
        Assert.Equal(
            "250 2.0.0 OK\r\n552 5.3.4 A message has at most 10 bytes\r\n503 5.5.1 Send MAIL first\r\n250 2.0.0 Ok\r\n",
            talk.Send("BDAT 6\r\nabcdefBDAT 6\r\nabcdefBDAT 6 LAST\r\nNOOP\r\nNOOP\r\n"));
        Assert.Empty(talk.Inbox.Stored);
    }

    /// <summary>Sessions of pieces in any order, broken at random: no exception, whole reply lines, no memory kept.</summary>
    [Fact]
    public void Session_Fuzzed_StandsAndKeepsNothing()
    {
        string[] pieces =
        [
            "EHLO c\r\n", "LHLO c\r\n", "MAIL FROM:<a@b.c>\r\n", "MAIL FROM:<> SIZE=9\r\n", $"RCPT TO:<{Talk.Known}@reports.example>\r\n", "RCPT TO:<x@y.z>\r\n", "DATA\r\n", "text\r\n", ".\r\n", "..\r\n", "\r", "\n", "\0",
            "BDAT 3\r\n", "BDAT 2 LAST\r\n", "abc", "RSET\r\n", "NOOP\r\n", "STARTTLS\r\n", "VRFY x\r\n", "\u00ff", "<", ">", "\"", "\\", "@", ":", " ", new string('x', 600), "QUIT\r\n",
        ];
        Gen.Select(Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[1, 60], Gen.Int[0, 3000].Array[0, 8], Gen.Bool, Gen.Bool).Sample((sent, cuts, lmtp, tls) =>
        {
            var talk = new Talk(lmtp, tls, options => (options.MaxMessageBytes, options.MaxMemory) = (1_000, 1_500));
            var text = string.Concat(sent);
            talk.Send(text, [.. cuts.Where(cut => cut < text.Length).Order()]);
            Assert.EndsWith("\r\n", talk.All, StringComparison.Ordinal);
            Assert.All(talk.All.Split("\r\n")[..^1], line => Assert.Matches("^[2-5][0-9][0-9][ -][ -~]+$", line));
            Assert.All(talk.Inbox.Stored, envelope => Assert.InRange(envelope.Raw.Length, 1, 1_000));
            talk.Dispose();
            Assert.Equal(1_500, talk.Memory.Free);
        }, iter: 20_000);
    }

    private static void Same(Talk whole, string sent, params int[] cuts)
    {
        using var cutUp = new Talk();
        cutUp.Send(sent, cuts);
        Assert.Equal(whole.All, cutUp.All);
        Assert.Equal(whole.Inbox.Stored.Select(envelope => Convert.ToHexString(envelope.Raw.Span)).Order(), cutUp.Inbox.Stored.Select(envelope => Convert.ToHexString(envelope.Raw.Span)).Order());
    }

    /// <summary>What a client does (RFC 5321 §4.5.2), written another way than the server undoes it.</summary>
    private static string Stuffed(byte[] text)
    {
        var lines = Encoding.Latin1.GetString(text).Split("\r\n");
        return string.Join("\r\n", lines.Select(line => line.StartsWith('.') ? "." + line : line));
    }
}
