using MtaSts.Grains.Accounts;
using Xunit;

namespace MtaSts.Grains.Tests.Accounts;

public sealed class AccountSessionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly AccountState Empty = new() { Account = new AccountRecord { Id = "us-1", Email = "owner@example.com", SecurityStamp = "s" } };

    [Fact]
    public void Begin_ManyTimes_KeepsTheLatestAndNoMore()
    {
        var state = Enumerable.Range(0, 200).Aggregate(Empty, (before, i) => AccountSessions.Begin(before, Session(i), Now));
        Assert.Equal(AccountSession.Most, state.Sessions.Count);
        Assert.True(AccountSessions.Has(state, "199", Now));
        Assert.False(AccountSessions.Has(state, "0", Now));
    }

    [Fact]
    public void Begin_WithSessionsThatAreOver_LetsThemGo()
    {
        var state = AccountSessions.Begin(AccountSessions.Begin(Empty, Session(1), Now), Session(2), Now + TimeSpan.FromDays(1));
        Assert.Equal("2", Assert.Single(state.Sessions).IdHash);
    }

    [Fact]
    public void End_OfOne_LeavesTheOthersAndMayBeRepeated()
    {
        var state = AccountSessions.Begin(AccountSessions.Begin(Empty, Session(1), Now), Session(2), Now);
        var left = AccountSessions.End(state, "1")!;
        Assert.False(AccountSessions.Has(left, "1", Now));
        Assert.True(AccountSessions.Has(left, "2", Now));
        Assert.Null(AccountSessions.End(left, "1"));
    }

    [Fact]
    public void Has_AtItsEnd_IsOver()
    {
        var state = AccountSessions.Begin(Empty, Session(1), Now);
        Assert.True(AccountSessions.Has(state, "1", Now + TimeSpan.FromHours(1) - TimeSpan.FromTicks(1)));
        Assert.False(AccountSessions.Has(state, "1", Now + TimeSpan.FromHours(1)));
        Assert.False(AccountSessions.Has(state with { Account = null }, "1", Now));
    }

    private static AccountSession Session(int id) => new(id.ToString(System.Globalization.CultureInfo.InvariantCulture), Now + TimeSpan.FromHours(1));
}
