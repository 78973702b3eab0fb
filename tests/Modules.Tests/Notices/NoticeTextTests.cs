using System.Text;
using CsCheck;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using Xunit;

namespace MtaSts.Modules.Tests.Notices;

public sealed class NoticeTextTests
{
    [Theory]
    [InlineData("a\r\nBcc: b", "a  Bcc: b")]
    [InlineData("a\0\u0007\u0085\u2028\u2029b", "a     b")]
    [InlineData("moc.elpmaxe\u202e \u2066x\u200f", "moc.elpmaxe   x ")]
    [InlineData("日本語 😀", "日本語 😀")]
    public void Line_CharactersThatMislead_AreSpaces(string text, string line) => Assert.Equal(line, NoticeText.Line(text));

    /// <summary>Not as inline data, which is stored as UTF-8.</summary>
    [Fact]
    public void Line_LoneSurrogate_IsASpace() => Assert.Equal("a b ", NoticeText.Line("a\ud800b\udc00"));

    [Fact]
    public void Fit_ManyTexts_AreCutTogether() => Assert.Equal(["ab", "", "c…"], NoticeText.Fit(["ab", "", "cde", "f"], 4, 10));

    [Fact]
    public void Fit_MoreThanTheCount_AreLeftOut() => Assert.Equal(["a", "b"], NoticeText.Fit(["a", "b", "c"], 10, 2));

    [Fact]
    public void Paragraph_LineBreaks_AreKeptAsLf() => Assert.Equal("a\nb\nc\nd e", NoticeText.Paragraph("a\r\nb\rc\nd\te"));

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "ab…")]
    [InlineData("a😀b", 3, "a…")]
    [InlineData("😀", 1, "…")]
    [InlineData("", 1, "")]
    public void Cut_LongText_EndsWithAnEllipsisAndDividesNoCharacter(string text, int limit, string cut) => Assert.Equal(cut, NoticeText.Cut(text, limit));

    [Fact]
    public void Cut_AnyText_IsWithinTheLimit() => Gen.Select(Gen.String, Gen.Int[1, 40]).Sample((text, limit) =>
    {
        var cut = NoticeText.Cut(NoticeText.Line(text), limit, static rune => rune.Utf8SequenceLength);
        return Encoding.UTF8.GetByteCount(cut) <= limit && !cut.Any(char.IsControl);
    });

    /// <summary>An ellipsis has three bytes of UTF-8.</summary>
    [Theory]
    [InlineData("abcd", 1, "a")]
    [InlineData("abcd", 2, "ab")]
    [InlineData("abcd", 3, "…")]
    [InlineData("äöü", 3, "…")]
    [InlineData("äöü", 1, "")]
    public void Cut_EllipsisWiderThanTheLimit_IsLeftOut(string text, int limit, string cut) => Assert.Equal(cut, NoticeText.Cut(text, limit, static rune => rune.Utf8SequenceLength));

    [Theory]
    [InlineData("tk_1 is not known", "* is not known", "tk_1")]
    [InlineData("TK_1", "*", "tk_1")]
    [InlineData("a%2Fb= and a/b= and a%2Fb%3D", "* and * and *", "a/b=")]
    [InlineData("abcd", "*", "ab", "abcd")]
    [InlineData("abc", "abc", "")]
    public void Redact_SecretsInAnyForm_AreRemoved(string text, string redacted, params string[] secrets) => Assert.Equal(redacted, NoticeText.Redact(text, secrets));

    [Theory]
    [InlineData("https://example.net/a?b=ä", 100, "https://example.net/a?b=%C3%A4")]
    [InlineData("http://example.net/", 19, "http://example.net/")]
    [InlineData("http://example.net/", 18, null)]
    [InlineData("ftp://example.net/", 100, null)]
    [InlineData("javascript:alert(1)", 100, null)]
    [InlineData("/path", 100, null)]
    [InlineData("path", 100, null)]
    public void Link_OnlyWebPages_AreLinks(string link, int limit, string? expected) => Assert.Equal(expected, NoticeText.Link(new Uri(link, link.StartsWith('/') ? UriKind.Relative : UriKind.RelativeOrAbsolute), limit));

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("a\r\nb")]
    [InlineData("ä")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Id_OtherCharacters_AreRefused(string id) => Assert.Throws<ArgumentException>(() => NotifierScene.Sample(id));
}
