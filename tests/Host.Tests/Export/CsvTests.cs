using MtaSts.Grains;
using MtaSts.Host.Export;
using Xunit;

namespace MtaSts.Host.Tests.Export;

public class CsvTests
{
    [Theory]
    [InlineData("=HYPERLINK(\"http://x.example\")", "\"'=HYPERLINK(\"\"http://x.example\"\")\"\r\n")]
    [InlineData("+1", "'+1\r\n")]
    [InlineData("-1", "'-1\r\n")]
    [InlineData("@SUM(A1)", "'@SUM(A1)\r\n")]
    [InlineData("\t=1", "\"'\t'=1\"\r\n")]
    [InlineData("\r=1", "\" '=1\"\r\n")]
    [InlineData(" =1", "\" '=1\"\r\n")]
    [InlineData("\"=1", "\"\"\"'=1\"\r\n")]
    [InlineData("\uFF1D1", "'\uFF1D1\r\n")]
    [InlineData("\uFF0B1", "'\uFF0B1\r\n")]
    [InlineData("\uFF0D1", "'\uFF0D1\r\n")]
    [InlineData("\uFF20A1", "'\uFF20A1\r\n")]
    [InlineData("Bigmail, Inc.", "\"Bigmail, Inc.\"\r\n")]
    [InlineData("two\r\nlines", "two  lines\r\n")]
    [InlineData("two\u2028lines", "two lines\r\n")]
    [InlineData("plain", "plain\r\n")]
    [InlineData("a-b=c", "a-b=c\r\n")]
    [InlineData("", "\r\n")]
    [InlineData(null, "\r\n")]
    public void Row_ATextOfAStranger_IsNeverAFormulaNorAnotherCell(string? text, string expected) => Assert.Equal(expected, Csv.Row(text));

    /// <summary>Where the list separator is not a comma the quotes of a cell in the middle of a line are plain letters.</summary>
    [Theory]
    [InlineData("x;=cmd|' /C calc'!A0")]
    [InlineData("x; =cmd")]
    [InlineData("x;\"=cmd\"")]
    [InlineData("x\t@SUM(A1)")]
    [InlineData("x\n=cmd")]
    [InlineData("x\r\n;\uFF1Dcmd")]
    [InlineData("x,+1")]
    public void Row_ReadWithAnotherSeparator_HasNoFormulaEither(string text)
    {
        var line = Csv.Row("2026-03-01", text, 1L);
        foreach (var separator in ";,\t\r\n")
            Assert.DoesNotContain(line.Split(separator), cell => cell.TrimStart(' ', '"') is { Length: > 0 } begun && "=+-@\uFF1D\uFF0B\uFF0D\uFF20".Contains(begun[0], StringComparison.Ordinal));
        Assert.Equal(1, line.Count(letter => letter == '\n'));
    }

    [Fact]
    public void Row_NumbersDaysAndVerdicts_AreAsTheyAre() =>
        Assert.Equal("-5,true,2026-03-01,2026-03-01T04:05:06Z,notAligned\r\n", Csv.Row(-5L, true, new DateOnly(2026, 3, 1), new DateTimeOffset(2026, 3, 1, 5, 5, 6, TimeSpan.FromHours(1)), DkimVerdict.NotAligned));
}
