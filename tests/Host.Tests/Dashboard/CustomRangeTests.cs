using MtaSts.Web.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

public class CustomRangeTests
{
    private static readonly DateRange Shown = new(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 30));

    [Fact]
    public void Follow_WhileTheSameRangeIsShown_KeepsWhatIsHalfFilledIn()
    {
        var custom = new CustomRange();
        custom.Follow(Shown);
        custom.From = new DateOnly(2026, 2, 1);

        custom.Follow(Shown);
        Assert.Equal((new DateOnly(2026, 2, 1), Shown.To), (custom.From, custom.To));

        var other = new DateRange(new DateOnly(2026, 3, 24), new DateOnly(2026, 3, 30));
        custom.Follow(other);
        Assert.Equal(other, new DateRange(custom.From, custom.To));
    }
}
