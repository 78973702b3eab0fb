using MtaSts.Application.Alerts;
using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using MtaSts.Web.Alerts;
using MtaSts.Web.Domains;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

/// <summary>That nothing is wrong is said by the rule that colours the rows, over all that a row can show.</summary>
public sealed class DomainHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RecordState[] Records = Enum.GetValues<RecordState>();
    private static readonly SessionTotals?[] Sessions = [null, new(1000, 0), new(1000, 5), new(1000, 50), new(0, 1)];

    private static readonly IReadOnlyList<AlertView>?[] Alerts =
    [
        null, [], [Alert(AlertSeverity.Warning)], [Alert(AlertSeverity.Critical)], [Alert(AlertSeverity.Warning), Alert(AlertSeverity.Critical)],
    ];

    [Fact]
    public void AllQuiet_EveryRowStateAndAlert_IsSaidOnlyOfRowsWithoutWarningAndWithNothingUnknown()
    {
        var quiet = 0;
        foreach (var hosting in Hostings())
        {
            foreach (var cname in Records)
            {
                foreach (var policy in Records)
                {
                    foreach (var reporting in Records)
                    {
                        foreach (var seen in new TimeSpan?[] { null, TimeSpan.Zero, DomainHealth.ObservationFor })
                        {
                            var view = View(hosting, cname, policy, reporting, seen);
                            foreach (var alerts in Alerts)
                            {
                                foreach (var sessions in Sessions)
                                {
                                    if (Check(view, alerts, sessions, seen))
                                        quiet++;
                                }
                            }
                        }
                    }
                }
            }
        }
        Assert.True(quiet > 0, "Nothing was ever quiet: the rule says nothing.");
    }

    [Theory]
    [InlineData(OutsideFetch.None)]
    [InlineData(OutsideFetch.Off)]
    [InlineData(OutsideFetch.NotYet)]
    [InlineData(OutsideFetch.Failing)]
    [InlineData(OutsideFetch.Returned)]
    public void Live_WhateverIsKnownFromOutside_IsSaidAndGreenOnlyWhenItWasFetched(OutsideFetch outside)
    {
        foreach (var state in Enum.GetValues<HostingState>())
        {
            var hosting = new HostingView { State = state, Provider = "Local", Outside = outside, OutsideAt = Now };
            var view = View(hosting, RecordState.Ok, RecordState.Ok, RecordState.Ok, TimeSpan.Zero);
            var isFetched = state == HostingState.Live && outside == OutsideFetch.Returned;
            Assert.Equal(isFetched, HostingTexts.State(hosting) == "Live");
            Assert.Equal(isFetched, DomainHealth.OfHosting(view, null).Tone == Tone.Ok);
            Assert.Equal(isFetched, HostingTexts.Explain(view).Contains("Senders get your policy", StringComparison.Ordinal));
            Assert.DoesNotContain("kept alive", HostingTexts.Explain(view), StringComparison.Ordinal);
            if (state == HostingState.Live && outside is OutsideFetch.Off or OutsideFetch.NotYet)
                Assert.StartsWith("Served by this gateway; not", HostingTexts.Outside(hosting), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void QuietText_OneOfManyIsNotQuiet_NamesIt()
    {
        var fine = Health(RecordState.Ok, []);
        Assert.Equal("No problems found", QuietText.Of([("a.example", fine), ("b.example", fine)]).Title);
        var text = QuietText.Of([("a.example", fine), ("b.example", Health(RecordState.Mismatch, [])), ("c.example", Health(RecordState.Ok, null))]);
        Assert.False(text.IsQuiet);
        Assert.Equal("No open alert", text.Title);
        Assert.Contains("Needs attention: b.example.", text.Text, StringComparison.Ordinal);
        Assert.Contains("Unknown or in progress: c.example.", text.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void QuietText_NotAllLookedAtOrNoDomain_IsNotQuiet()
    {
        Assert.False(QuietText.Of(null).IsQuiet);
        Assert.False(QuietText.Of([]).IsQuiet);
    }

    /// <summary>A muted alert is open: nothing is called quiet because of it, and its row is as red as before.</summary>
    [Fact]
    public void QuietText_MutedAlert_IsNotQuietAndSaysHowMany()
    {
        var fine = Health(RecordState.Ok, []);
        var text = QuietText.Of([("a.example", fine)], muted: 2);
        Assert.False(text.IsQuiet);
        Assert.StartsWith("2 alerts are muted.", text.Text, StringComparison.Ordinal);
        Assert.Equal(Tone.Bad, Health(RecordState.Ok, [Alert(AlertSeverity.Critical) with { Muted = new AlertHandling(Now, "owner") }]).Worst);
    }

    private static bool Check(DomainView view, IReadOnlyList<AlertView>? alerts, SessionTotals? sessions, TimeSpan? seen)
    {
        var health = DomainHealth.Of(view, alerts, sessions, Now);
        var text = QuietText.Of([("example.com", health)]);
        Assert.Equal(health.IsQuiet, text.IsQuiet);
        Assert.Equal(text.IsQuiet, text.Title == "No problems found");
        if (!text.IsQuiet)
            return false;
        // Said again in the words of the issue, apart from the rule.
        Assert.True(health.Worst is Tone.Ok or Tone.Plain);
        Assert.True(alerts is { Count: 0 } && sessions is not null && seen == TimeSpan.Zero);
        Assert.All([view.CnameState, view.PolicyRecordState, view.ReportingRecordState], state => Assert.NotEqual(RecordState.Error, state));
        Assert.True(view.PolicyRecordState is RecordState.Ok or RecordState.Unchecked && view.ReportingRecordState is RecordState.Ok or RecordState.Unchecked);
        Assert.True(view.Hosting is { State: HostingState.Off } or { State: HostingState.Live, Outside: OutsideFetch.Returned, Problem: null });
        return true;
    }

    private static IEnumerable<HostingView> Hostings() =>
        from state in Enum.GetValues<HostingState>()
        from outside in Enum.GetValues<OutsideFetch>()
        from problem in new[] { null, "Something is wrong." }
        select new HostingView { State = state, Provider = "Local", Outside = outside, Problem = problem };

    private static DomainHealth Health(RecordState policy, IReadOnlyList<AlertView>? alerts) =>
        DomainHealth.Of(View(new HostingView { State = HostingState.Live, Provider = "Local", Outside = OutsideFetch.Returned }, RecordState.Ok, policy, RecordState.Ok, TimeSpan.Zero), alerts, new SessionTotals(10, 0), Now);

    private static DomainView View(HostingView hosting, RecordState cname, RecordState policy, RecordState reporting, TimeSpan? seenAgo)
    {
        var nothing = new LookupView(DnsStatus.NoName, [], 0, null);
        return new DomainView
        {
            Name = "example.com",
            UnicodeName = "example.com",
            Token = "token",
            ClaimedAt = Now,
            IsHolder = true,
            Hosting = hosting,
            Policy = new PolicyVersionView { Number = 1, Id = "1", Content = new PolicyContent(PolicyMode.Testing, ["mx.example.com"], 86_400), CreatedAt = Now, CreatedBy = "owner", Announced = true },
            CnameTarget = "token.mta-sts.service.net",
            ReportAddress = "token@reports.service.net",
            CnameState = cname,
            PolicyRecordState = policy,
            ReportingRecordState = reporting,
            LastObservation = seenAgo is { } ago ? new Observation("example.com", Now - ago, nothing, nothing, nothing, nothing) : null,
        };
    }

    private static AlertView Alert(AlertSeverity severity) =>
        new() { Id = "1", Domain = "example.com", Kind = severity == AlertSeverity.Critical ? AlertKinds.CnameLost : AlertKinds.PolicyRecordMissing, RaisedAt = Now, UpdatedAt = Now };
}
