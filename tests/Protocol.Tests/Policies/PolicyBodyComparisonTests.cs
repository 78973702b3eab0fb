using System.Text;
using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

public sealed class PolicyBodyComparisonTests
{
    private const string Ours = "version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: mx1.example.com\r\nmx: *.example.net\r\n";

    [Theory]
    [InlineData(Ours, "")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 604800\nmx: mx1.example.com\nmx: *.example.net\n", "LineEnds")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 604800\nmx: mx1.example.com\nmx: *.example.net", "LineEnds LastLineEnd")]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmx: mx1.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n", "Order")]
    [InlineData("version:STSv1\r\nmode:  enforce\r\nmax_age: 604800 \r\nmx: mx1.example.com\r\nmx: *.example.net\r\n", "Spacing")]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nx-by: them\r\nmx: mx1.example.com\r\nmx: *.example.net\r\n", "UnknownFields")]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmode: none\r\nmax_age: 604800\r\nmx: MX1.example.com\r\nmx: *.example.net\r\nmx: mx1.example.com\r\n", "Case Repeated")]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 604800\r\nmx: mx1.example.com\r\nmx: *.example.net\r\n", "Meaning")]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: mx1.example.com\r\n", "Meaning")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 86400\nmx: mx1.example.com\nmx: *.example.net\n", "LineEnds Meaning")]
    public void Compare_NamesEachDifference(string theirs, string kinds)
    {
        var found = PolicyBodyComparison.Compare(theirs, Ours);

        Assert.Equal(kinds, string.Join(' ', found.Select(static difference => difference.Kind)));
        // What is called harmless is read alike.
        var read = ((PolicyReading.Accepted)PolicyReader.ReadTolerant(Encoding.ASCII.GetBytes(theirs))).Policy;
        var isSame = PolicyComparison.Compare(read, ((PolicyReading.Accepted)PolicyReader.ReadStrict(Encoding.ASCII.GetBytes(Ours))).Policy).Count == 0;
        Assert.Equal(isSame, found.All(static difference => difference.Kind != PolicyBodyDifferenceKind.Meaning));
    }

    [Fact]
    public void Compare_OfAnotherMeaning_ShowsTheLines()
    {
        var difference = Assert.Single(PolicyBodyComparison.Compare(Ours.Replace("604800", "86400", StringComparison.Ordinal), Ours));

        Assert.Equal(["max_age: 86400"], difference.Theirs);
        Assert.Equal(["max_age: 604800"], difference.Ours);
    }
}
