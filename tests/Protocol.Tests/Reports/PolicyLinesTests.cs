using CsCheck;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

public class PolicyLinesTests
{
    private static readonly string[] Served = ["version: STSv1", "mode: enforce", "max_age: 604800", "mx: mx1.example.com", "mx: *.mail.example.com"];

    [Theory]
    [InlineData("version: STSv1\r", "mode: enforce\r", "max_age: 604800\r", "mx: mx1.example.com\r", "mx: *.mail.example.com\r")]
    [InlineData("mx:  *.Mail.example.com", "MX: mx1.example.com.", "Version:STSv1", "max_age:604800", "mode : enforce ")]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: mx1.example.com\r\nmx: *.mail.example.com\r\n")]
    // All in one text, parted in the ways that have been seen.
    [InlineData("version: STSv1 mode: enforce max_age: 604800 mx: mx1.example.com mx: *.mail.example.com")]
    [InlineData("version: STSv1\\r\\nmode: enforce\\r\\nmax_age: 604800\\r\\nmx: mx1.example.com\\r\\nmx: *.mail.example.com\\r\\n")]
    [InlineData("version: STSv1\\nmode: enforce\\nmax_age: 604800\\nmx: mx1.example.com\\nmx: *.mail.example.com")]
    [InlineData("version: STSv1; mode: enforce; max_age: 604800; mx: mx1.example.com; mx: *.mail.example.com;")]
    [InlineData("version: STSv1,mode: enforce,max_age: 604800,mx: mx1.example.com,mx: *.mail.example.com")]
    [InlineData("version:STSv1|mode:enforce|max_age:604800|mx:mx1.example.com|mx:*.mail.example.com")]
    [InlineData("version: STSv1\rmode: enforce\rmax_age: 604800\rmx: mx1.example.com\rmx: *.mail.example.com\r")]
    [InlineData("mx : *.mail.example.com, mx : mx1.example.com ;Version : STSv1 ;\tMode : enforce ; Max_Age : 604800")]
    [InlineData("version: STSv1", "mode: enforce max_age: 604800", "mx: mx1.example.com; mx: *.mail.example.com")]
    public void Of_SameLinesInAnotherForm_AreTheSamePolicy(params string[] quoted) => Assert.Equal(PolicyLines.Of(Served), PolicyLines.Of(quoted));

    [Fact]
    public void Of_APolicyAndItsFile_AreTheSame()
    {
        var policy = new Policy(PolicyMode.Enforce, [MxPattern.Parse("mx1.example.com"), MxPattern.Parse("*.mail.example.com")], 604_800);

        Assert.Equal(PolicyLines.Of(Served), PolicyLines.Of(policy));
        Assert.Equal(PolicyLines.Of(policy), PolicyLines.Of([System.Text.Encoding.ASCII.GetString(PolicyWriter.Write(policy))]));
    }

    [Theory]
    [InlineData("max_age: 604800", "max_age: 86400")]
    [InlineData("mode: enforce", "mode: testing")]
    [InlineData("mx: mx1.example.com", "mx: mx2.example.com")]
    public void Of_AnotherValue_IsAnotherPolicy(string line, string other) =>
        Assert.NotEqual(PolicyLines.Of(Served), PolicyLines.Of(Served.Select(served => served == line ? other : served)));

    [Fact]
    public void Of_AnyOrder_IsTheSame() => Gen.Shuffle(Served).Sample(shuffled => Assert.Equal(PolicyLines.Of(Served), PolicyLines.Of(shuffled)));

    [Fact]
    public void Of_AnyText_IsBoundedAndStaysAsItIs() => Gen.String.Array[0, 40].Sample(static lines =>
    {
        var once = PolicyLines.Of(lines);
        Assert.True(once.Length <= PolicyLines.MaxLength);
        Assert.Equal(PolicyLines.Of([once]), PolicyLines.Of([PolicyLines.Of([once])]));
    });

    [Theory]
    [InlineData("192.0.2.77", "192.0.2.0/24")]
    [InlineData("2001:db8:1:2::3", "2001:db8:1::/48")]
    [InlineData("::ffff:192.0.2.77", "192.0.2.0/24")]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("not an address", null)]
    public void SendingNetwork_Of_CutsWhatTellsMachinesApart(string? address, string? network) => Assert.Equal(network, SendingNetwork.Of(address));
}
