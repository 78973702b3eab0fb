using System.Text;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>The variants of mbox, whole and in chunks of every size.</summary>
public sealed class MailboxSplitterTests
{
    private const int Max = 1_000;

    public static TheoryData<string, string[]> Variants => new()
    {
        { "From a@b Mon Mar  2 03:00:00 2026\nA: 1\n\nx\n\nFrom a@b Mon Mar  2 03:00:01 2026\nB: 2\n\ny\n", ["A: 1\n\nx\n", "B: 2\n\ny\n"] },
        { "From a@b Mon Mar  2 03:00:00 2026\r\nA: 1\r\n\r\nx\r\n\r\nFrom - Mon Mar  2 3:00:01 2026\r\nB: 2\r\n\r\n", ["A: 1\r\n\r\nx\r\n", "B: 2\r\n"] },
        // Gmail's take-out has a number for a sender, and a zone.
        { "From 18@xxx Mon Mar 02 03:00:00 +0000 2026\nA: 1\n\nx", ["A: 1\n\nx"] },
        // mboxrd and mboxo: one ">" goes.
        { "From a Mon Mar  2 03:00:00 2026\nA: 1\n\n>From here\n>>From there\n> From me\n", ["A: 1\n\nFrom here\n>From there\n> From me\n"] },
        // Not quoted (mboxcl): a sentence, and a separator's look-alike without a blank line before it.
        { "From a Mon Mar  2 03:00:00 2026\nA: 1\n\nFrom here on\nFrom a Mon Mar  2 03:00:00 2026\n", ["A: 1\n\nFrom here on\nFrom a Mon Mar  2 03:00:00 2026\n"] },
        // What is no separator stays where it is; what stands before the first is told as a mail.
        { "no mailbox\n\nat all\n", ["no mailbox\n\nat all\n"] },
        { "From a Mon Mar  2 03:00:00 2026\n\nFrom b Mon Mar  2 03:00:00 2026\nB: 2\n", ["From a Mon Mar  2 03:00:00 2026\n", "B: 2\n"] },
        { "", [] },
        // No blank line, no address, no time, a byte order mark, blank lines first, CRLF.
        { "From a Mon Mar  2 03:00:00 2026\nA: 1\n\nx\nFrom b Mon Mar  2 03:00:01 2026\nB: 2\n\ny\n", ["A: 1\n\nx\n", "B: 2\n\ny\n"] },
        { "From \nA: 1\n\nx\n\nFrom \nB: 2\n", ["A: 1\n\nx\n", "B: 2\n"] },
        { "From -\r\nA: 1\r\n\r\nx\r\nFrom a@b.example\r\nB: 2\r\n", ["A: 1\r\n\r\nx\r\n", "B: 2\r\n"] },
        { "\uFEFFFrom \nA: 1\n", ["A: 1\n"] },
        { "\n \r\nFrom a Mon Mar  2 03:00:00 2026\nA: 1\n", ["A: 1\n"] },
        { "From a Tue Nov 10 01:00 2026\n>From b Tue Nov 10 01:00 2026 remote from c\nA: 1\n", ["From b Tue Nov 10 01:00 2026 remote from c\nA: 1\n"] },
        // A date without a time, or in another language: the fields of mails tell.
        { "From a 2026-11-10\nReturn-Path: <a>\n\nx\nFrom b am 10. November\nX-Mozilla-Status: 1\n", ["Return-Path: <a>\n\nx\n", "X-Mozilla-Status: 1\n"] },
        // Text in a body, unquoted: sentences, dates, addresses, words with a colon.
        { "From \nA: 1\n\nFrom 2026-11-10 00:00 to 23:59 UTC, all sessions.\n\nx\n", ["A: 1\n\nFrom 2026-11-10 00:00 to 23:59 UTC, all sessions.\n\nx\n"] },
        { "From \nA: 1\n\nFrom 00:00 to 23:59\nSessions: 12\n", ["A: 1\n\nFrom 00:00 to 23:59\nSessions: 12\n"] },
        { "From \nA: 1\n\nFrom here on see\nhttps://example.com/\n", ["A: 1\n\nFrom here on see\nhttps://example.com/\n"] },
        { "From \nA: 1\n\nFrom\nB: 2\n", ["A: 1\n\nFrom\nB: 2\n"] },
        { "From \nA: 1\n\nFrom a Tue Nov 10 01:00:00 2026\n", ["A: 1\n\nFrom a Tue Nov 10 01:00:00 2026\n"] },
        { "A: 1\n\nx\nFrom \nB: 2\n", ["A: 1\n\nx\n", "B: 2\n"] },
    };

    [Theory, MemberData(nameof(Variants))]
    public void Push_InChunksOfAnySize_GivesTheSameMails(string mailbox, string[] expected)
    {
        var bytes = Encoding.UTF8.GetBytes(mailbox);
        for (var size = 1; size <= bytes.Length + 1; size++)
            Assert.Equal(expected, Split(bytes, size).Select(mail => Encoding.UTF8.GetString(mail.Bytes)));
    }

    [Fact]
    public void Mail_AtTheLimitAndBeyond()
    {
        var line = new string('x', Max);
        var mails = Split(Encoding.UTF8.GetBytes($"From \nX:{line}\n\nFrom \nX:{line[4..]}\n\nFrom \nC: 3\n"), 64);
        Assert.Equal([(true, 0), (false, Max - 1), (false, 5)], mails.Select(mail => (mail.IsTooLarge, mail.Bytes.Length)));
    }

    [Fact]
    public void Line_WithoutEnd_IsTakenInPieces()
    {
        var line = "X: " + new string('x', 100_000) + "From a 03:00";
        var splitter = new MailboxSplitter(1_000_000);
        var mails = splitter.Push(Encoding.UTF8.GetBytes("From \n" + line)).Concat(splitter.End());
        Assert.Equal(line, Encoding.UTF8.GetString(Assert.Single(mails).Bytes));
    }

    private static List<MailboxMail> Split(byte[] bytes, int size)
    {
        var splitter = new MailboxSplitter(Max);
        var mails = new List<MailboxMail>();
        foreach (var chunk in bytes.Chunk(size))
            mails.AddRange(splitter.Push(chunk));
        mails.AddRange(splitter.End());
        return mails;
    }
}
