using MtaSts.Grains;
using MtaSts.Web.Parts;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

/// <summary>Rates as people read them: nothing that failed is rounded away.</summary>
public sealed class ShowTests
{
    [Theory]
    [InlineData(0, 0, "–")]
    [InlineData(12_768, 0, "100 %")]
    [InlineData(1_000_000_000, 1, "> 99.99 %")]
    [InlineData(12_762, 6, "99.95 %")]
    [InlineData(9_998, 2, "99.98 %")]
    [InlineData(995, 5, "99.50 %")]
    [InlineData(979, 21, "97.9 %")]
    [InlineData(1, 999_999, "< 0.01 %")]
    [InlineData(0, 5, "0 %")]
    public void SuccessRate_OfSessions_IsAHundredOnlyWhenNothingFailed(long successful, long failed, string shown) =>
        Assert.Equal(shown, Show.SuccessRate(new SessionTotals(successful, failed)));
}
