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
    [InlineData("\t=1", "'\t=1\r\n")]
    [InlineData("\r=1", "\"'\r=1\"\r\n")]
    [InlineData("Bigmail, Inc.", "\"Bigmail, Inc.\"\r\n")]
    [InlineData("two\nlines", "\"two\nlines\"\r\n")]
    [InlineData("plain", "plain\r\n")]
    [InlineData("", "\r\n")]
    [InlineData(null, "\r\n")]
    public void Row_ATextOfAStranger_IsNeverAFormulaNorAnotherCell(string? text, string expected) => Assert.Equal(expected, Csv.Row(text));

    [Fact]
    public void Row_NumbersAndDays_AreAsTheyAre() =>
        Assert.Equal("-5,true,2026-03-01,2026-03-01T04:05:06Z\r\n", Csv.Row(-5L, true, new DateOnly(2026, 3, 1), new DateTimeOffset(2026, 3, 1, 5, 5, 6, TimeSpan.FromHours(1))));
}
