using MtaSts.Grains.Notifications;
using MtaSts.Modules.Notices;
using Xunit;

namespace MtaSts.Grains.Tests.Notifications;

/// <summary>Which notices follow from the alerts.</summary>
public sealed class NoticeRulesTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private readonly OutboxBench bench = new();

    [Fact]
    public void Warning_Raised_IsSentAfterTheWindowAndItsEndInTheSameThread()
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test");
        bench.Pass(NoticeRules.CollectFor - Moment);
        Assert.Empty(bench.Attempts);
        bench.Pass(Moment);
        var raised = Assert.Single(bench.To(OutboxBench.One));
        Assert.Equal((NoticeKind.AlertRaised, NoticeSeverity.Warning, 1), (raised.Kind, raised.Severity, raised.Total));
        var text = OutboxBench.Text(raised);
        Assert.Equal(("MX hosts are not covered (a.test)", "a.test", "https://mta.example.net/domains/a.test"), (text.Title, text.Domain, text.Link!.AbsoluteUri));
        Assert.Contains("mx1.a.test", text.Paragraphs[0], StringComparison.Ordinal);

        bench.Pass(TimeSpan.FromHours(3));
        bench.Resolve("a.test");
        bench.Pass(NoticeRules.CollectFor);
        var resolved = bench.To(OutboxBench.One).Last();
        Assert.Equal((NoticeKind.AlertResolved, raised.Cause), (resolved.Kind, resolved.Cause));
        Assert.NotEqual(raised.Id, resolved.Id);
        Assert.Equal("Resolved: MX hosts are not covered (a.test)", OutboxBench.Text(resolved).Title);
        bench.Pass(TimeSpan.FromDays(2));
        Assert.Equal(2, bench.Attempts.Count);
    }

    [Fact]
    public void Alert_OverBeforeItWasSent_SendsNothing()
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test");
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Resolve("a.test");
        bench.Pass(TimeSpan.FromDays(2));
        Assert.Empty(bench.Attempts);
        Assert.Null(bench.Due());
    }

    [Fact]
    public void Critical_FirstOfItsKind_GoesAtOnceAndTheNextOnesWait()
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.Zero);
        Assert.Equal(1, Assert.Single(bench.Attempts).Content.Total);
        bench.Raise("b.test", isCritical: true);
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Raise("c.test", isCritical: true);
        Assert.Single(bench.Attempts);
        bench.Pass(NoticeRules.MaxCollectFor);
        Assert.Equal(["b.test", "c.test"], bench.Attempts[1].Content.Alerts.Select(alert => alert.Domain));
        // Another kind is another matter.
        bench.Raise("d.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Pass(TimeSpan.Zero);
        Assert.Equal(3, bench.Attempts.Count);
    }

    [Fact]
    public void Storm_FiveHundredDomains_IsOneNoticeForTheBeginningAndOneForTheEnd()
    {
        bench.Add(OutboxBench.One);
        for (var i = 0; i < 500; i++)
            bench.Raise($"d{i:000}.test");
        bench.Pass(NoticeRules.CollectFor);
        var storm = Assert.Single(bench.Attempts).Content;
        Assert.Equal((500, NoticeRules.MaxListed), (storm.Total, storm.Alerts.Length));
        var text = OutboxBench.Text(storm);
        Assert.Equal(("MX hosts are not covered (500 domains)", "And 490 other domains."), (text.Title, text.Paragraphs[^1]));
        Assert.Null(text.Domain);

        bench.Pass(TimeSpan.FromHours(1));
        for (var i = 0; i < 500; i++)
            bench.Resolve($"d{i:000}.test");
        bench.Pass(NoticeRules.CollectFor);
        var end = bench.Attempts[1].Content;
        Assert.Equal((2, 500, storm.Cause), (bench.Attempts.Count, end.Total, end.Cause));
    }

    /// <summary>Checks of domains are spread over an hour: so is a storm.</summary>
    [Fact]
    public void Storm_SpreadOverAnHour_NeedsFewNotices()
    {
        bench.Add(OutboxBench.One);
        for (var i = 0; i < 500; i++)
        {
            bench.Raise($"d{i:000}.test", isCritical: true);
            bench.Pass(TimeSpan.FromHours(1) / 500);
        }
        bench.Pass(NoticeRules.MaxCollectFor);
        Assert.Equal(500, bench.Attempts.Sum(attempt => attempt.Content.Total));
        Assert.InRange(bench.Attempts.Count, 4, 9);
    }

    [Fact]
    public void Alert_GetsWorse_IsSentAgainInTheSameThread()
    {
        bench.Add(OutboxBench.One);
        bench.Add(OutboxBench.Two, OutboxBench.Content() with { LeastSeverity = NoticeSeverity.Critical });
        bench.Raise("a.test");
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Empty(bench.To(OutboxBench.Two));
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.Zero);
        bench.Raise("a.test", isCritical: false);
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromHours(1));
        var told = bench.To(OutboxBench.One).ToArray();
        Assert.Equal([NoticeSeverity.Warning, NoticeSeverity.Critical], told.Select(notice => notice.Severity));
        Assert.Equal(told[0].Cause, told[1].Cause);
        Assert.StartsWith("Now critical: ", OutboxBench.Text(told[1]).Title, StringComparison.Ordinal);
        Assert.False(Assert.Single(bench.To(OutboxBench.Two)).Alerts[0].IsWorse);
    }

    /// <summary>A workspace without channels stores nothing.</summary>
    [Fact]
    public void Form_NothingToDo_ChangesNothing()
    {
        bench.Raise("a.test");
        Assert.Same(bench.State, NoticeRules.Form(bench.State, bench.Now));
        bench.Add(OutboxBench.One);
        bench.Raise("b.test");
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Same(bench.State, NoticeRules.Form(bench.State, bench.Now));
    }

    /// <summary>It came back before its end was told: for the channel it was never over.</summary>
    [Fact]
    public void Alert_OverForAMoment_SendsNothingUntilItIsOver()
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromHours(1));
        for (var i = 0; i < 5; i++)
        {
            bench.Resolve("a.test");
            bench.Pass(TimeSpan.FromMinutes(1));
            bench.Raise("a.test", isCritical: true);
            bench.Pass(TimeSpan.FromMinutes(10));
        }
        Assert.Single(bench.Attempts);
        bench.Resolve("a.test");
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal([NoticeKind.AlertRaised, NoticeKind.AlertResolved], bench.Attempts.Select(attempt => attempt.Content.Kind));
    }

    [Fact]
    public void Set_RepeatedOrOlder_ChangesNothing()
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test");
        bench.Raise("a.test", AlertKinds.OwnIdUnchanged);
        var state = bench.State;
        bench.Tell("a.test", older: 1);
        Assert.Same(state, bench.State);
    }

    [Fact]
    public void OpenAlerts_WhenAChannelIsCreated_AreSentOnlyIfTheyGetWorse()
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test");
        bench.Raise("b.test");
        bench.Pass(TimeSpan.FromHours(1));
        bench.Add(OutboxBench.Two);
        bench.Pass(TimeSpan.FromHours(1));
        bench.Resolve("b.test");
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Empty(bench.To(OutboxBench.Two));
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal(NoticeSeverity.Critical, Assert.Single(bench.To(OutboxBench.Two)).Severity);
    }

    [Fact]
    public void Change_OfTheDomains_SendsWhatWasDueByTheEarlierOnesAndNothingOld()
    {
        bench.Add(OutboxBench.One, OutboxBench.Content() with { Domains = ["a.test"] });
        bench.Raise("a.test");
        bench.Raise("b.test");
        bench.Pass(TimeSpan.FromMinutes(1));
        bench.Change(OutboxBench.One, content => content with { Domains = ["b.test"] });
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal("a.test", Assert.Single(bench.Attempts).Content.Alerts[0].Domain);
        bench.Raise("b.test", AlertKinds.OwnIdUnchanged);
        bench.Raise("a.test", AlertKinds.OwnIdUnchanged);
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal("b.test", bench.Attempts[^1].Content.Alerts[0].Domain);
        Assert.Equal(2, bench.Attempts.Count);
    }

    [Fact]
    public void Domain_Removed_SendsNothing()
    {
        bench.Add(OutboxBench.One);
        bench.Raise("a.test");
        bench.Erase("a.test");
        bench.Raise("b.test", isCritical: true);
        bench.Pass(TimeSpan.FromMinutes(5));
        bench.Erase("b.test");
        bench.Pass(TimeSpan.FromHours(2));
        Assert.Equal(["b.test"], bench.Attempts.SelectMany(attempt => attempt.Content.Alerts).Select(alert => alert.Domain));
    }

    [Fact]
    public void Channel_Off_IsSentNothingAndNotToldLater()
    {
        bench.Add(OutboxBench.One, OutboxBench.Content() with { IsOn = false });
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromHours(1));
        bench.Change(OutboxBench.One, content => content with { IsOn = true });
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Empty(bench.Attempts);
    }

    /// <summary>Whatever happens, in the end each receiver knows of each alert whether it is open.</summary>
    [Fact]
    public void Deliver_AnyLifeOfAlertsAndReceivers_EndsWithWhatIsSo()
    {
        var random = new Random(20_261_201);
        string[] domains = ["a.test", "b.test", "c.test"], kinds = [AlertKinds.OwnMxNotCovered, AlertKinds.OwnPolicyUnreachable];
        var told = 0;
        for (var run = 0; run < 500; run++)
        {
            var scene = new OutboxBench { Answer = (_, _) => random.Next(6) switch { 0 or 1 => new NoticeResult.Failed("busy"), 2 => new NoticeResult.Unavailable("no relay"), _ => new NoticeResult.Delivered("ok") } };
            scene.Add(OutboxBench.One);
            scene.Add(OutboxBench.Two, OutboxBench.Content() with { LeastSeverity = NoticeSeverity.Critical, Quiet = new QuietHours(new TimeOnly(13, 0), new TimeOnly(15, 0)) });
            for (var step = 0; step < 30; step++)
            {
                var (domain, kind) = (domains[random.Next(domains.Length)], kinds[random.Next(kinds.Length)]);
                if (scene.IsOpen(domain, kind) && random.Next(2) == 0)
                    scene.Resolve(domain, kind);
                else
                    scene.Raise(domain, kind, random.Next(2) == 0);
                scene.Pass(TimeSpan.FromSeconds(random.Next(600)));
                Assert.Equal(scene.State.Indexed().Busy, scene.State.Busy); // What is passed over has nothing to tell.
            }
            scene.Answer = null;
            scene.Pass(TimeSpan.FromHours(20));
            Assert.Null(scene.Due());
            foreach (var (channel, notices) in scene.Attempts.GroupBy(attempt => attempt.Channel).Select(group => (group.Key, group.Select(attempt => attempt.Content).DistinctBy(content => content.Id))))
            {
                var known = new SortedSet<string>(StringComparer.Ordinal);
                foreach (var notice in notices)
                {
                    foreach (var alert in notice.Alerts)
                        _ = notice.Kind == NoticeKind.AlertRaised ? known.Add($"{alert.Domain} {alert.Kind}") : known.Remove($"{alert.Domain} {alert.Kind}");
                }
                var open = scene.Open.Select(alert => $"{alert.Domain} {alert.Kind}").ToHashSet(StringComparer.Ordinal);
                Assert.Empty(known.Except(open)); // Its end was told.
                if (channel == OutboxBench.One)
                    Assert.Equal(open.Order(StringComparer.Ordinal), known);
                told += known.Count;
            }
        }
        Assert.InRange(told, 500, int.MaxValue);
    }

    /// <summary>The work of a call does not grow with the domains: each has an open alert of which the channels were told, or must not be told.</summary>
    [Theory]
    [InlineData(200)]
    [InlineData(2_000)]
    public void Call_InAWorkspaceWithManyDomains_LooksAtFewOfThem(int domains)
    {
        const int Channels = 20;
        string[] names = [.. Enumerable.Range(0, domains).Select(i => $"d{i:0000}.test")];
        var list = new CountingList(names);
        for (var i = 0; i < Channels; i++)
            bench.Add($"ch-{i:00}", OutboxBench.Content() with { Domains = list, LeastSeverity = i % 2 == 0 ? NoticeSeverity.Warning : NoticeSeverity.Critical });
        foreach (var name in names)
            bench.Raise(name);
        bench.Pass(TimeSpan.FromHours(1));
        list.Reads = 0;
        bench.Raise("d0007.test", AlertKinds.OwnPolicyUnreachable, isCritical: true);
        bench.Pass(TimeSpan.FromHours(1));
        TestContext.Current.TestOutputHelper!.WriteLine($"{domains} domains, {Channels} channels: {list.Reads} reads of the channels' domain lists");
        Assert.InRange(list.Reads, Channels, 2_000);
        Assert.Equal(Channels, bench.Attempts.Count(attempt => attempt.Content.Alerts[0].Kind == AlertKinds.OwnPolicyUnreachable));
    }

    private sealed class CountingList(string[] names) : IReadOnlyList<string>
    {
        public int Reads { get; set; }

        public int Count => names.Length;

        public string this[int index]
        {
            get
            {
                Reads++;
                return names[index];
            }
        }

        public IEnumerator<string> GetEnumerator()
        {
            foreach (var name in names)
            {
                Reads++;
                yield return name;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
