using MtaSts.Application.Reports;
using MtaSts.Web.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

/// <summary>What stands in the address of the reports page, and what is made of it.</summary>
public sealed class ScorecardAddressTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, null, "2026-10-30", "2026-11-28")]
    [InlineData("7", null, null, "2026-11-22", "2026-11-28")]
    [InlineData("90", null, null, "2026-08-31", "2026-11-28")]
    [InlineData("8", null, null, "2026-10-30", "2026-11-28")] // Not offered.
    [InlineData("-7", null, null, "2026-10-30", "2026-11-28")]
    [InlineData("99999999999", null, null, "2026-10-30", "2026-11-28")]
    [InlineData(null, "2026-02-01", "2026-02-28", "2026-02-01", "2026-02-28")]
    [InlineData("7", "2026-02-01", "2026-02-28", "2026-02-01", "2026-02-28")]
    [InlineData("7", "2026-02-01", null, "2026-11-22", "2026-11-28")]
    [InlineData(null, "2026-02-28", "2026-02-01", "2026-10-30", "2026-11-28")] // Ends before it begins.
    [InlineData(null, "0001-01-01", "9999-12-31", "2026-10-30", "2026-11-28")] // Longer than can be shown.
    [InlineData(null, "1 Feb", "<script>", "2026-10-30", "2026-11-28")]
    public void Range_OfAnAddress_CanAlwaysBeShown(string? days, string? from, string? to, string first, string last)
    {
        var range = ScorecardAddress.Range(days, from, to, Now);
        Assert.Equal((first, last), (range.From.ToString("O"), range.To.ToString("O")));
        Assert.Null(range.Problem);
    }

    [Theory]
    [InlineData("2026-10-30", "2026-11-28")]
    [InlineData("2026-11-22", "2026-11-28")]
    [InlineData("2026-08-31", "2026-11-28")]
    [InlineData("2026-11-28", "2026-11-28")]
    [InlineData("2025-01-01", "2025-12-31")]
    public void Of_ARange_IsReadAsTheSame(string from, string to)
    {
        var range = new DateRange(DateOnly.ParseExact(from, "O"), DateOnly.ParseExact(to, "O"));
        var address = ScorecardAddress.Of(range, Now);
        Assert.Equal(range, ScorecardAddress.Range(address[ScorecardAddress.Days]?.ToString(), address[ScorecardAddress.From] as string, address[ScorecardAddress.To] as string, Now));
    }

    [Fact]
    public void Of_AFocus_NamesWhatIsChosenAndTakesBackTheRest()
    {
        var address = ScorecardAddress.Of(FailureFocus.All.With(FailureFacet.MxHost, "mx1.harbour.example").With(FailureFacet.Network, FailureFocus.Unnamed));
        Assert.Equal("mx1.harbour.example", address[ScorecardAddress.MxHost]);
        Assert.Equal("", address[ScorecardAddress.Network]);
        Assert.Null(address[ScorecardAddress.ResultType]);
        Assert.Null(address[ScorecardAddress.Organization]);
        Assert.Null(address[ScorecardAddress.PolicyType]);
    }
}
