using MtaSts.Grains.Notifications;
using MtaSts.Modules.Notices;
using Xunit;

namespace MtaSts.Grains.Tests.Notifications;

/// <summary>Consent of recipients: the request, its limits, the confirmation and its withdrawal.</summary>
public sealed class RecipientRulesTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly OutboxBench bench = new();

    private IEnumerable<NoticeContent> Requests => bench.Attempts.Select(attempt => attempt.Content).Where(content => content.Kind == NoticeKind.Confirmation).DistinctBy(content => content.Id);

    private NoticeContent[] Others => [.. bench.Attempts.Select(attempt => attempt.Content).Where(content => content.Kind != NoticeKind.Confirmation)];

    [Fact]
    public void Unconfirmed_GetsTheRequestAndNothingElseUntilItIsConfirmed()
    {
        bench.Add(OutboxBench.One, recipient: OutboxBench.Address);
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromDays(2));
        var text = OutboxBench.Text(Assert.Single(Requests), OutboxBench.Address);
        Assert.Empty(Others);
        Assert.False(DigestSchedule.IsDue(bench.State.Channels[OutboxBench.One], Plan.Pro, bench.Now.AddDays(30)));
        Assert.Contains("owner wants this service to send notices", text.Paragraphs[0], StringComparison.Ordinal);
        Assert.Contains("workspace Acme", text.Paragraphs[0], StringComparison.Ordinal);
        Assert.StartsWith("https://mta.example.net/recipients/confirm/", text.Link!.AbsoluteUri, StringComparison.Ordinal);
        Assert.StartsWith("https://mta.example.net/recipients/unsubscribe/", text.UnsubscribeLink!.AbsoluteUri, StringComparison.Ordinal);

        Assert.False(bench.Confirm("guessed"));
        Assert.True(bench.Confirm());
        bench.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("a.test", Assert.Single(Others).Alerts[0].Domain);
        Assert.True(bench.Confirm()); // A second click.
    }

    [Fact]
    public void Request_AfterAWeek_CannotBeConfirmed()
    {
        bench.Add(OutboxBench.One, recipient: OutboxBench.Address);
        bench.Pass(RecipientRules.ValidFor);
        Assert.False(bench.Confirm());
        bench.Resume(OutboxBench.One);
        bench.Pass(TimeSpan.Zero);
        Assert.Equal(2, Requests.Count());
        Assert.True(bench.Confirm());
    }

    /// <summary>However often channels are created, changed, deleted and resumed.</summary>
    [Fact]
    public void Request_OfOneAddress_IsSentOnceADay()
    {
        for (var i = 0; i < 5; i++)
        {
            bench.Add(OutboxBench.One, recipient: OutboxBench.Address);
            bench.Add(OutboxBench.Two, recipient: OutboxBench.Address);
            bench.Pass(TimeSpan.FromHours(1));
            bench.Resume(OutboxBench.One);
            bench.Change(OutboxBench.One, content => content, "other@example.net");
            bench.Change(OutboxBench.One, content => content, OutboxBench.Address);
            bench.Pass(TimeSpan.FromHours(1));
            bench.State = ChannelRules.Delete(bench.State, OutboxBench.One, bench.Now);
            bench.State = ChannelRules.Delete(bench.State, OutboxBench.Two, bench.Now);
        }
        Assert.Single(Requests, request => request.Confirmation!.Address == OutboxBench.Address);
        bench.Pass(Day);
        bench.Add(OutboxBench.One, recipient: OutboxBench.Address);
        bench.Pass(TimeSpan.Zero);
        Assert.Equal(2, Requests.Count(request => request.Confirmation!.Address == OutboxBench.Address));
    }

    [Fact]
    public void Request_ToManyAddresses_IsLimited()
    {
        bench.Add(OutboxBench.One);
        for (var i = 0; i < INotificationsGrain.MaxConfirmationsPerDay; i++)
        {
            Assert.Null(RecipientRules.Problem(bench.State, $"a{i}@example.net", bench.Now));
            bench.Change(OutboxBench.One, content => content, $"a{i}@example.net");
        }
        Assert.Equal(RefusalCodes.LimitReached, RecipientRules.Problem(bench.State, "one.more@example.net", bench.Now)!.Code);
        Assert.Null(RecipientRules.Problem(bench.State, "one.more@example.net", bench.Now + Day));
    }

    [Fact]
    public void Confirm_HoldsForAllChannelsOfTheAddressAndNotForAnother()
    {
        bench.Add(OutboxBench.One, recipient: OutboxBench.Address);
        bench.Add(OutboxBench.Two, recipient: OutboxBench.Address);
        bench.Add("ch-other", recipient: "other@example.net");
        Assert.True(bench.Confirm());
        Assert.True(bench.State.Channels[OutboxBench.One].IsActive && bench.State.Channels[OutboxBench.Two].IsActive);
        Assert.False(bench.State.Channels["ch-other"].IsActive);
        bench.Add("ch-later", recipient: OutboxBench.Address);
        Assert.True(bench.State.Channels["ch-later"].IsActive);
        bench.Change(OutboxBench.One, content => content, "third@example.net");
        Assert.False(bench.State.Channels[OutboxBench.One].IsActive);
    }

    [Fact]
    public void Unsubscribed_GetsNothingUntilItIsResumedAndConfirmedAnew()
    {
        bench.Add(OutboxBench.One, recipient: OutboxBench.Address);
        bench.Add(OutboxBench.Two);
        bench.Pass(TimeSpan.Zero);
        bench.Confirm();
        bench.Pass(TimeSpan.FromHours(1));
        bench.State = RecipientRules.Unsubscribe(bench.State, OutboxBench.One, bench.Now);
        var channel = bench.State.Channels[OutboxBench.One];
        Assert.Equal(("Unsubscribed by the recipient.", null), (channel.Pause!.Reason, channel.ConfirmedAt));
        Assert.False(bench.Confirm()); // The code that the workspace may know is void.
        bench.Raise("a.test", isCritical: true);
        bench.Pass(TimeSpan.FromHours(2));
        Assert.Equal(RefusalCodes.LimitReached, RecipientRules.AgainProblem(bench.State, channel, bench.Now)!.Code);
        bench.Resume(OutboxBench.One);
        Assert.NotNull(bench.State.Channels[OutboxBench.One].Pause);
        bench.Pass(3 * Day); // No trial.
        Assert.DoesNotContain(bench.To(OutboxBench.One), content => content.Kind != NoticeKind.Confirmation);
        Assert.Contains(bench.To(OutboxBench.Two), content => content.Alerts is [{ Kind: NoticeAlert.ChannelPaused }, ..]);

        bench.Resume(OutboxBench.One);
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal(2, Requests.Count());
        Assert.DoesNotContain(bench.To(OutboxBench.One), content => content.Kind != NoticeKind.Confirmation);
        Assert.True(bench.Confirm());
        bench.Pass(TimeSpan.FromHours(1));
        Assert.Equal("a.test", Assert.Single(bench.To(OutboxBench.One), content => content.Kind != NoticeKind.Confirmation).Alerts[0].Domain);
    }

    /// <summary>The recipient who unsubscribed is not enlisted again through another channel.</summary>
    [Fact]
    public void Unsubscribed_AnotherChannelToTheAddress_MustBeConfirmed()
    {
        bench.Add(OutboxBench.One, recipient: OutboxBench.Address);
        bench.Add(OutboxBench.Two, recipient: OutboxBench.Address);
        bench.Confirm();
        bench.State = RecipientRules.Unsubscribe(bench.State, OutboxBench.One, bench.Now);
        Assert.True(bench.State.Channels[OutboxBench.Two].IsActive);
        bench.Add("ch-new", recipient: OutboxBench.Address);
        Assert.False(bench.State.Channels["ch-new"].IsActive);
    }

    [Fact]
    public void Notices_OfADay_AreLimitedAndTheRestIsJoinedTheNextDay()
    {
        bench.Add(OutboxBench.One, recipient: OutboxBench.Address);
        bench.Add(OutboxBench.Two);
        bench.Pass(TimeSpan.Zero);
        bench.Confirm();
        bench.Now = new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero);
        var before = bench.To(OutboxBench.One).Count();
        string[] kinds = [AlertKinds.OwnMxNotCovered, AlertKinds.OwnPolicyUnreachable];
        for (var i = 0; i < 90; i++)
        {
            bench.Raise($"d{i}.test", kinds[i % 2], isCritical: true);
            bench.Pass(TimeSpan.FromMinutes(15));
        }
        Assert.Equal(INotificationsGrain.MaxPerDay, bench.To(OutboxBench.One).Skip(before).Count());
        Assert.InRange(bench.To(OutboxBench.Two).Count(), 80, 90); // The limit is for people.
        bench.Pass(TimeSpan.FromHours(2));
        var rest = bench.To(OutboxBench.One).Skip(before + INotificationsGrain.MaxPerDay).ToArray();
        Assert.Equal(90, bench.To(OutboxBench.One).Skip(before).Sum(content => content.Total));
        Assert.InRange(rest.Length, 1, NoticeRules.MaxWaiting + 2);
    }
}
