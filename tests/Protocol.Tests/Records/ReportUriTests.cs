using CsCheck;
using MtaSts.Protocol.Tests.Names;
using Xunit;

namespace MtaSts.Protocol.Tests.Records;

/// <summary>Where reports go (RFC 8460 §3).</summary>
public class ReportUriTests
{
    [Theory]
    [InlineData("mailto:tlsrpt@example.com", "mailto:tlsrpt@example.com", "tlsrpt@example.com")]
    [InlineData(" MAILTO:TlsRpt@example.com ", "MAILTO:TlsRpt@example.com", "TlsRpt@example.com")]
    [InlineData("mailto:a,b!c;d@example.com", "mailto:a%2Cb%21c%3Bd@example.com", null)]
    [InlineData("mailto:a!b@example.com", "mailto:a%21b@example.com", "a!b@example.com")]
    [InlineData("mailto:a%21b@example.com", "mailto:a%21b@example.com", "a!b@example.com")]
    [InlineData("mailto:a@example.com?subject=x%20y", "mailto:a@example.com?subject=x%20y", "a@example.com")]
    [InlineData("mailto:a@xn--bcher-kva.example", "mailto:a@xn--bcher-kva.example", "a@xn--bcher-kva.example")]
    public void TryParse_AMailAddress_IsRead(string text, string value, string? address)
    {
        var read = ReportUri.TryParse(text, out var uri, out var problem);

        // Two addresses in one mailto:, or what looks so, are for no reporter to guess.
        Assert.Equal(address is not null, read);
        if (!read)
            Assert.Contains("exactly one mail address", problem, StringComparison.Ordinal);
        else
            Assert.Equal((value, address, true), (uri!.Value, uri.MailAddress, uri.IsMail));
    }

    [Theory]
    [InlineData("https://reports.example.com/tlsrpt/abc", "https://reports.example.com/tlsrpt/abc")]
    [InlineData("HTTPS://reports.example.com:8461/a?b=c&d=e,f", "HTTPS://reports.example.com:8461/a?b=c&d=e%2Cf")]
    [InlineData("https://[2001:db8::1]/x", "https://[2001:db8::1]/x")]
    public void TryParse_AUrl_IsRead(string text, string value)
    {
        var uri = ReportUri.Parse(text);

        Assert.Equal((value, null, false), (uri.Value, uri.MailAddress, uri.IsMail));
        Assert.Equal(value, uri.ToString());
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("  ", "empty")]
    [InlineData("tlsrpt@example.com", "mailto: or https:")]
    [InlineData("http://example.com/", "mailto: or https:")]
    [InlineData("mailto:", "mail address")]
    [InlineData("mailto:@example.com", "mail address")]
    [InlineData("mailto:example.com", "mail address")]
    [InlineData("mailto:a@example", "not a domain")]
    [InlineData("mailto:a@", "not a domain")]
    [InlineData("mailto:a@[192.0.2.1]", "not a domain")]
    [InlineData("mailto:a@exa_mple.com", "not a domain")]
    [InlineData("mailto:a@b.example%2Cc@d.example", "exactly one")]
    [InlineData("mailto:a%20b@example.com", "exactly one")]
    [InlineData("mailto:a@example.com%00", "not a domain")]
    [InlineData("https:", "complete https")]
    [InlineData("https:/example.com", "complete https")]
    [InlineData("https://", "complete https")]
    [InlineData("https:///path", "complete https")]
    [InlineData("https://exa mple.com", "cannot contain")]
    [InlineData("https://example.com/<x>", "cannot contain")]
    [InlineData("https://example.com/%", "hexadecimal")]
    [InlineData("https://example.com/%4", "hexadecimal")]
    [InlineData("https://example.com/%zz", "hexadecimal")]
    [InlineData("https://bücher.example/", "ASCII")]
    [InlineData("mailto:a@bücher.example", "ASCII")]
    public void TryParse_NoAddress_IsRefusedAndSaysWhy(string? text, string word)
    {
        Assert.False(ReportUri.TryParse(text, out var uri, out var problem));

        Assert.Null(uri);
        Assert.Contains(word, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Fact]
    public void TryParse_LengthAtAndOverTheLimit_AcceptsAndRefuses()
    {
        Assert.True(ReportUri.TryParse("https://example.com/".PadRight(ReportUri.MaxLength, 'a'), out _, out _));
        Assert.False(ReportUri.TryParse("https://example.com/".PadRight(ReportUri.MaxLength + 1, 'a'), out _, out _));
        Assert.False(ReportUri.TryParse("https://example.com/".PadRight(ReportUri.MaxLength, '!'), out _, out _));
        Assert.False(ReportUri.TryParse(new string('!', 1 << 20), out _, out _));
    }

    [Fact]
    public void Equality_SameText_IsOne()
    {
        ReportUri a = ReportUri.Parse("mailto:a@example.com"), b = ReportUri.Parse(" mailto:a@example.com"), c = ReportUri.Parse("mailto:b@example.com");
        ReportUri? none = null;

        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.True(a == b && a != c && none == null && none != a && !a.Equals((object)"x"));
        Assert.Throws<FormatException>(() => ReportUri.Parse("x"));
    }

    /// <summary>Whatever is accepted can stand in a record: no comma, exclamation mark, semicolon or space, and it reads back as itself.</summary>
    [Fact]
    public void TryParse_AnyText_GivesWhatARecordCanHold() =>
        Gen.Select(NameGen.Pick("mailto:", "https://", "MailTo:", "https:", "x:", ""), Gen.Char["abc01@@..,;!%2C%3B?=&/[]:ü \t\0\"<"].Array[0, 24].Select(static c => new string(c)), NameGen.Pick("", "@a.example", "a.example/"))
            .Sample(static (scheme, middle, end) =>
            {
                if (!ReportUri.TryParse(scheme + (end.StartsWith('@') ? middle + end : end + middle), out var uri, out var problem))
                {
                    Assert.DoesNotContain(problem, char.IsControl);
                    return;
                }

                Assert.All(uri.Value, static c => Assert.True(c is > ' ' and < '\u007F' and not (',' or '!' or ';')));
                Assert.Equal(uri, ReportUri.Parse(uri.Value));
                Assert.Equal([uri], Assert.IsType<ReportingRecordReading.Found>(ReportingRecord.Parse(ReportingRecord.Write([uri]))).Record.Rua);
            }, iter: 20_000);
}
