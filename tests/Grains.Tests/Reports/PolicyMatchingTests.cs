using MtaSts.Application.Reports;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

public sealed class PolicyMatchingTests
{
    private static readonly DateOnly Day = new(2026, 3, 10);

    private static readonly PolicyVersionView First = Version(1, PolicyMode.Testing, 86_400, from: -20, until: -3);
    private static readonly PolicyVersionView Second = Version(2, PolicyMode.Enforce, 604_800, from: -3, until: null);

    [Fact]
    public void Of_SenderThatStillAppliesAnEarlierVersion_IsNamedWithTheEndOfItsCache()
    {
        var seen = PolicyMatching.Of([At(Day, "Bigmail", Second), At(Day.AddDays(-1), "Mailcove", First)], [First, Second]);

        Assert.Equal([("Bigmail", PolicySeenState.Current, (int?)2), ("Mailcove", PolicySeenState.Earlier, 1)], seen.Select(policy => (policy.Organization, policy.State, policy.Version)));
        Assert.Equal(Midnight(Day.AddDays(1)).AddSeconds(604_800), seen[0].CachedUntil);
        Assert.Equal(Midnight(Day).AddSeconds(86_400), seen[1].CachedUntil);
        Assert.All(seen, policy => Assert.False(policy.Replaced));
    }

    [Fact]
    public void Of_SenderThatChanged_SaysTheEarlierWasReplaced()
    {
        var seen = PolicyMatching.Of([At(Day, "Bigmail", Second), At(Day.AddDays(-4), "Bigmail", First), At(Day.AddDays(-6), "Bigmail", First)], [Second, First]);

        Assert.Equal([(2, false, Day), (1, true, Day.AddDays(-4))], seen.Select(policy => (policy.Version!.Value, policy.Replaced, policy.LastDay)));
        Assert.Equal((Day.AddDays(-6), 2), (seen[1].FirstDay, seen[1].Reports));
    }

    /// <summary>A cached policy stays valid whatever the DNS says meanwhile (RFC 8461 §5.1).</summary>
    [Fact]
    public void Of_SenderThatFoundNoPolicyOnce_StillHasItsCopy()
    {
        var seen = PolicyMatching.Of([At(Day, new OrganizationPolicy("Bigmail", "", 1, 0, 1)), At(Day.AddDays(-1), "Bigmail", Second)], [First, Second]);
        Assert.Equal([(PolicySeenState.None, false), (PolicySeenState.Current, false)], seen.Select(policy => (policy.State, policy.Replaced)));
    }

    [Fact]
    public void Of_OneOfTooMany_IsNoForeignPolicy()
    {
        var seen = Assert.Single(PolicyMatching.Of([At(Day, new OrganizationPolicy("Bigmail", ScorecardDay.Other, 1, 0, 1))], [First, Second]));
        Assert.Equal(PolicySeenState.Other, seen.State);
        Assert.Empty(seen.Lines);
    }

    [Fact]
    public void Of_AContentServedTwice_IsTheVersionOfItsTime()
    {
        var again = First with { Number = 3, ServedFrom = Midnight(Day.AddDays(-1)), ServedUntil = null };

        Assert.Equal(1, Assert.Single(PolicyMatching.Of([At(Day.AddDays(-5), "Bigmail", First)], [First, Second, again])).Version);
        Assert.Equal(3, Assert.Single(PolicyMatching.Of([At(Day, "Bigmail", First)], [First, Second, again])).Version);
    }

    [Theory]
    [InlineData("", PolicySeenState.None, false)]
    [InlineData("max_age: 60\nmode: enforce\nmx: elsewhere.example\nversion: stsv1", PolicySeenState.Foreign, true)]
    [InlineData("max_age: 99999999999\nmode: enforce", PolicySeenState.Foreign, true)]
    [InlineData("max_age: soon", PolicySeenState.Foreign, false)]
    public void Of_WhatIsNoVersionOfOurs_SaysSo(string lines, PolicySeenState state, bool hasEnd)
    {
        var seen = Assert.Single(PolicyMatching.Of([At(Day, new OrganizationPolicy("Bigmail", lines, 1, 0, 1))], [First, Second]));
        Assert.Equal((state, (int?)null, hasEnd), (seen.State, seen.Version, seen.CachedUntil is not null));
    }

    [Fact]
    public void Hints_ReportsThatGoElsewhere_AreNoMailOfTheDomain()
    {
        ScorecardDay[] days = [Sessions(Day.AddDays(-1), ("Small", 4, 1)), Sessions(Day, ("Small", 1, 1))];
        Assert.Empty(ReportMailHints.Of(days, ReportMailReceived.None)[Day]);
        Assert.Equal(["Small"], ReportMailHints.Of(days, ReportMailReceived.Its)[Day]);
    }

    [Fact]
    public void Hints_OneSessionADayThatIsTheReportMailOfTheDayBefore_IsMarked()
    {
        ScorecardDay[] days = [Sessions(Day.AddDays(-1), ("Small", 4, 1), ("Big", 900, 1)), Sessions(Day, ("Small", 1, 1), ("Big", 900, 1)), Sessions(Day.AddDays(1), ("Small", 1, 1))];

        var hints = ReportMailHints.Of(days, ReportMailReceived.Its);

        Assert.Empty(hints[Day.AddDays(-1)]); // Nothing is known of the day before.
        Assert.Equal(["Small"], hints[Day]);
        Assert.Equal(["Small"], hints[Day.AddDays(1)]);
        var card = ScorecardMerge.Of(Day, Day.AddDays(1), Midnight(Day.AddDays(5)), [.. days[1..]], hints, []);
        Assert.Equal([false, true], card.ByDay.Select(day => day.OnlyReportMail));
        Assert.Equal([("Big", false), ("Small", true)], card.ByOrganization.Select(organization => (organization.Organization, organization.OnlyReportMail)));
        Assert.Equal(902, card.Sessions.Successful); // A hint: nothing is left out.
    }

    [Fact]
    public void Hints_AfterADayWithoutAReport_MarkNothing() =>
        Assert.Empty(ReportMailHints.Of([Sessions(Day.AddDays(-2), ("Small", 1, 1)), Sessions(Day, ("Small", 1, 1))], ReportMailReceived.Its)[Day]);

    [Fact]
    public void Hints_OfTheDomainReportMailGoesTo_MarkAll() => Assert.Equal(["Big"], ReportMailHints.Of([Sessions(Day, ("Big", 900, 1))], ReportMailReceived.OnlyReports)[Day]);

    private static ScorecardDay At(DateOnly day, string organization, PolicyVersionView version) =>
        At(day, new OrganizationPolicy(organization, PolicyLines.Of(version.Content.ToPolicy()), 10, 0, 1));

    private static ScorecardDay At(DateOnly day, OrganizationPolicy policy) => Sessions(day, (policy.Organization, 10, 1)) with { Policies = [policy] };

    private static ScorecardDay Sessions(DateOnly day, params (string Organization, long Sessions, int Reports)[] rows) => new()
    {
        Day = day,
        Sessions = new SessionTotals(rows.Sum(row => row.Sessions), 0),
        Reports = rows.Sum(row => row.Reports),
        ByPolicyType = [],
        Failures = [],
        ByOrganization = [.. rows.Select(row => new OrganizationTotals(row.Organization, row.Sessions, 0, row.Reports))],
    };

    private static PolicyVersionView Version(int number, PolicyMode mode, int maxAge, int from, int? until) => new()
    {
        Number = number,
        Id = $"2026030{number}",
        Content = new PolicyContent(mode, ["mx1.harbour.example"], maxAge),
        CreatedAt = Midnight(Day.AddDays(from)),
        CreatedBy = "owner",
        ServedFrom = Midnight(Day.AddDays(from)),
        ServedUntil = until is { } days ? Midnight(Day.AddDays(days)) : null,
    };

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
