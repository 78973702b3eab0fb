using System.Text;
using MtaSts.Modules.Maildir;
using Xunit;

namespace MtaSts.Modules.Tests.Maildir;

public sealed class MailTokensTests
{
    private const string Token = "abcdefghijklmnopqrstuvwxyz";
    private const string Other = "bcdefghijklmnopqrstuvwxyza";
    private const int MaxTokens = 16;
    private const int MaxHeaderBytes = 256 * 1024;

    /// <summary>Both mailbox modules have it compiled in, so its name alone would be ambiguous here.</summary>
    private static readonly Reader Read = typeof(MaildirSource).Assembly.GetType("MtaSts.Modules.Mailboxes.MailTokens")!.GetMethod("Of")!.CreateDelegate<Reader>();

    private delegate IReadOnlyList<IReadOnlyList<string>> Reader(ReadOnlySpan<byte> mail, string mailDomain, char? delimiter);

    /// <summary>Only LF ends a line: other characters that some take for line ends stand in the middle of a sender's headers.</summary>
    [Theory]
    [InlineData("Subject: a\u2028\u2028b\r\n")]
    [InlineData("Subject: a\u0085\u0085b\r\n")]
    [InlineData("Subject: a\f\fb\r\n")]
    [InlineData("Subject: a\r\rb\r\n")]
    [InlineData("Subject: a\r\r\n")]
    [InlineData("Subject: a\u2028Delivered-To: bcdefghijklmnopqrstuvwxyza@reports.example\n")]
    [InlineData(": no name\r\nno colon\r\n")]
    [InlineData("From somebody Mon Mar  2 00:00:00 2026\n")]
    public void Of_OddLinesBefore_FindsTheHeaderAfter(string before) =>
        Assert.Equal([Token], Of($"{before}To: {Token}@reports.example\r\n\r\nDelivered-To: {Other}@reports.example\r\n"));

    [Theory]
    [InlineData("Delivered-To: local@box.example\r\nDelivered-To : <{1}@reports.example>\r\nTo: {2}@reports.example")]
    [InlineData("DELIVERED-TO:\r\n {1}@reports.example\r\nDelivered-To: {1}@reports.example")]
    [InlineData("X-Original-To: {1}@reports.example\r\nDelivered-To: reports@box.example\r\nTo: {2}@reports.example")]
    [InlineData("To: {1}@reports.example")]
    public void Of_HeadersOfADeliveringServer_GoBeforeTheSenders(string headers) =>
        Assert.Equal([Token], Of(headers.Replace("{1}", Token, StringComparison.Ordinal).Replace("{2}", Other, StringComparison.Ordinal)));

    [Theory]
    [InlineData("")]
    [InlineData("\r\nTo: abcdefghijklmnopqrstuvwxyz@reports.example")]
    [InlineData("Subject: To: abcdefghijklmnopqrstuvwxyz@reports.example")]
    [InlineData("To: abcdefghijklmnopqrstuvwxyz@reports.example.evil, @reports.example, abc")]
    public void Of_NoAddressOfOurs_IsEmpty(string mail) => Assert.Empty(Of(mail));

    [Fact]
    public void Of_MoreTokensThanTheLimit_TakesTheFirst()
    {
        var tokens = Enumerable.Range(0, MaxTokens + 5).Select(number => $"t{number}").ToArray();
        Assert.Equal(tokens[..MaxTokens], Of("To: " + string.Join(",\r\n ", tokens.Select(token => token + "@reports.example"))));
    }

    [Fact]
    public void Of_SeveralHeaders_ComeInTheirOrderAndNoTokenTwice() =>
        Assert.Equal([["box"], [Token], [Other]], Read(Encoding.UTF8.GetBytes($"To: {Token}@reports.example, {Other}@reports.example\r\nX-Original-To: {Token}@reports.example\r\nDelivered-To: box@reports.example\r\n"), "reports.example", null));

    /// <summary>A header of nothing but folds, as long as headers may be: what is allocated grows with its length, not with the square of it.</summary>
    [Fact]
    public void Of_HeaderOfFolds_CostsNoMoreThanItsLength()
    {
        var mail = Encoding.ASCII.GetBytes("To:" + string.Concat(Enumerable.Repeat("\n x", MaxHeaderBytes / 3)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Read(mail, "reports.example", null));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L * MaxHeaderBytes);
    }

    /// <summary>The tokens of the first header that has any.</summary>
    private static IReadOnlyList<string> Of(string mail) => Read(Encoding.UTF8.GetBytes(mail), "reports.example", null) is [var first, ..] ? first : [];
}
