using CsCheck;
using MtaSts.Protocol.Tests.Names;
using Xunit;

namespace MtaSts.Protocol.Tests.Records;

/// <summary>The id of a policy record (RFC 8461 §3.1): valid, and never twice.</summary>
public class PolicyIdTests
{
    private static readonly DateTimeOffset Noon = new(2026, 2, 3, 12, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("a", true)]
    [InlineData("Z9", true)]
    [InlineData("20160831085700Z", true)]
    [InlineData("01234567890123456789012345678901", true)]
    [InlineData("012345678901234567890123456789012", false)]
    [InlineData("", false)]
    [InlineData("2026-02-03", false)]
    [InlineData("a b", false)]
    [InlineData("a_b", false)]
    [InlineData("ä", false)]
    [InlineData("٣", false)]
    [InlineData("ａ", false)]
    [InlineData("a\0", false)]
    public void IsValid_AText_OneTo32LettersAndDigits(string id, bool valid) => Assert.Equal(valid, PolicyId.IsValid(id));

    [Fact]
    public void Mint_TheSameArguments_GiveTheSameId()
    {
        Assert.Equal("2026020312040500000000", PolicyId.Mint(Noon, [], [0, 0, 0, 0, 0]));
        Assert.Equal("20260203120405zzzzzzzz", PolicyId.Mint(Noon, [], [255, 255, 255, 255, 255]));
        Assert.Equal("2026020312040500000001", PolicyId.Mint(Noon, [], [0, 0, 0, 0, 1, 99]));
        Assert.Equal("20260203120405z0000000", PolicyId.Mint(Noon.ToOffset(TimeSpan.FromHours(9)), [], [0xF8]));
        Assert.Equal("2026020312040500000000", PolicyId.Mint(Noon, [], []));
    }

    [Fact]
    public void Mint_TheIdIsTaken_CountsOnAndAround()
    {
        Assert.Equal("2026020312040500000002", PolicyId.Mint(Noon, ["2026020312040500000000", "2026020312040500000001"], []));
        Assert.Equal("2026020312040500000000", PolicyId.Mint(Noon, ["20260203120405zzzzzzzz"], [255, 255, 255, 255, 255]));
        // A reader that ignores case must see a change too.
        Assert.Equal("20260203120405zzzzzzzy", PolicyId.Mint(Noon, ["20260203120405ZZZZZZZX"], [255, 255, 255, 255, 253]));
    }

    [Fact]
    public void Mint_AClockThatStandsOrGoesBackAndEntropyThatRepeats_NeverRepeats() =>
        Gen.Select(Gen.Int[-2, 2], NameGen.Pick<byte>(0, 1, 255)).Array[1, 60].Sample(static steps =>
        {
            var used = new List<string>();
            foreach (var (seconds, entropy) in steps)
            {
                var id = PolicyId.Mint(Noon.AddSeconds(seconds), used, [entropy, entropy, entropy, entropy, entropy]);
                Assert.True(PolicyId.IsValid(id), id);
                Assert.DoesNotContain(id, used, StringComparer.OrdinalIgnoreCase);
                used.Add(id);
            }
        });

    [Fact]
    public void Mint_AnyMoment_IsValidAndKeptByTheRecord() =>
        Gen.Select(Gen.DateTimeOffset, Gen.Byte.Array[0, 8]).Sample(static (now, entropy) =>
        {
            var id = PolicyId.Mint(now, [], entropy);
            Assert.Equal(new PolicyRecordReading.Found(new PolicyRecord(id)), PolicyRecord.Parse(PolicyRecord.Write(id)));
        });

    [Fact]
    public void Mint_ACultureOfAnotherCalendarAndDigits_WritesTheSame()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        try
        {
            Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("ar-SA");
            Assert.Equal("2026020312040500000000", PolicyId.Mint(Noon, [], []));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }
}
