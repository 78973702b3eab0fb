using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Whoever knows a report address cannot fill the store with what he makes up.</summary>
public sealed class IntakeBudgetTests
{
    private const string Token = "bbbbbbbbbbbbbbbbbbbbbbbbbb";
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 23, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(IntakeBudget.MaxReports, 1)]
    [InlineData((int)(IntakeBudget.MaxBytes / (8 * 1024 * 1024)), 8 * 1024 * 1024)]
    public void Has_ShareSpent_RefusesThisAddressAndSourceUntilTomorrow(int reports, int bytes)
    {
        var budget = new IntakeBudget(clock);
        for (var i = 0; i < reports; i++)
        {
            Assert.True(budget.Has(Token, "source.https"));
            budget.Take(Token, "source.https", bytes);
        }
        Assert.False(budget.Has(Token, "source.https"));
        Assert.True(budget.Has(Token, "source.smtp"));
        Assert.True(budget.Has("cccccccccccccccccccccccccc", "source.https"));
        Assert.True(budget.Has(null, "source.https"));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(budget.Has(Token, "source.https"));
    }
}
