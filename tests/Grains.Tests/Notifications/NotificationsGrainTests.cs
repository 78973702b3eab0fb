using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application;
using MtaSts.Application.Notifications;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Grains.Tests.Reports;
using MtaSts.Modules.Notices;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Notifications;

/// <summary>The outbox in a cluster: calls, storage, timers, reminders and crashes.</summary>
public sealed class NotificationsGrainTests : IAsyncLifetime
{
    private const string Workspace = "ws-notify";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly Actor Owner = Actor.Account(Workspace, "owner@example.com");
    private readonly FakeNotifiers notifiers = new();
    private TestCluster cluster = null!;
    private long revision;

    public async ValueTask InitializeAsync()
    {
        cluster = await TestCluster.StartAsync(configure: host =>
        {
            host.Services.AddReportGrains();
            host.Services.AddSingleton<INotifiers>(notifiers);
            host.Services.AddSingleton<INoticeWriter>(provider => new FaultyWriter(new NoticeWriter(new NoticeLinks(null), provider.GetRequiredService<RecipientLinks>())));
        });
        await cluster.Grains.Workspace(Workspace).Create("Notify", Plan.Pro, Owner.Name);
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private ChannelCommands Commands => cluster.Services.GetRequiredService<ChannelCommands>();

    private ChannelQueries Queries => cluster.Services.GetRequiredService<ChannelQueries>();

    [Fact]
    public async Task Alert_OfADomain_IsSentAndLogged()
    {
        var channel = await CreateAsync("one");
        await RaiseAsync("a.test");
        await UntilAsync(() => notifiers.Received.Count == 1, "it is sent at once");
        await UntilAsync(async () => (await Queries.Log(Owner, channel)).Value is [{ Notice: { Outcome: NoticeOutcome.Delivered, Answer: "ok" } }], "it is logged");
        await ResolveAsync("a.test");
        await PassAsync(() => notifiers.Received.Count == 2, TimeSpan.FromSeconds(30), "its end is sent");
        Assert.Equal([NoticeKind.AlertRaised, NoticeKind.AlertResolved], notifiers.Received.Select(sent => sent.Notice.Kind));
    }

    [Fact]
    public async Task Receiver_Hangs_DelaysNoOtherChannelAndNoCall()
    {
        var never = new TaskCompletionSource<NoticeResult>();
        notifiers.Answer = to => to == "hangs" ? never.Task : Task.FromResult<NoticeResult>(new NoticeResult.Delivered("ok"));
        var hanging = await CreateAsync("hangs");
        await CreateAsync("works");
        await RaiseAsync("a.test");
        await UntilAsync(() => notifiers.Received.Any(sent => sent.To == "works"), "the other channel is served");
        await RaiseAsync("b.test", AlertKinds.HostnameLost);
        await UntilAsync(() => notifiers.Received.Count(sent => sent.To == "works") == 2, "and again");
        Assert.Single(notifiers.Received, sent => sent.To == "hangs");
        Assert.True((await Commands.Change(Owner, hanging, Input("hangs") with { IsOn = false })).IsDone);
        never.SetResult(new NoticeResult.Failed("too late"));
    }

    /// <summary>Stored, and killed before the answer: it is sent again with the same id, without anybody's call.</summary>
    [Fact]
    public async Task Crash_BetweenStoreAndAnswer_IsSentAgainWithTheSameId()
    {
        notifiers.Answer = _ => new TaskCompletionSource<NoticeResult>().Task;
        await CreateAsync("one");
        await RaiseAsync("a.test");
        await UntilAsync(() => notifiers.Received.Count == 1, "it is under way");
        Assert.Contains(await StoredRows.RemindersOfAsync(cluster.Store), grain => grain.Contains(Workspace, StringComparison.Ordinal));

        await cluster.CrashAsync();
        notifiers.Answer = null;
        await PassAsync(() => notifiers.Received.Count == 2, TimeSpan.FromMinutes(1), "the reminder sends it again");

        var sent = notifiers.Received.ToArray();
        Assert.Equal(sent[0].Notice.Id, sent[1].Notice.Id);
        await UntilAsync(async () => (await Queries.Log(Owner, null)).Value is [{ Notice.Outcome: NoticeOutcome.Delivered }], "it is logged");
    }

    [Fact]
    public async Task Storm_OfManyDomainsAtOnce_IsFollowedInOneMessageAndTheFirst()
    {
        await CreateAsync("one");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => RaiseAsync($"d{i}.test")));
        await Poll.Until(
            async () =>
            {
                cluster.Clock.Advance(TimeSpan.FromSeconds(30));
                return (await Queries.Log(Owner, null)).Value!.Sum(line => line.Notice.Content.Total) == 100;
            },
            Limit,
            "the rest follows");
        Assert.InRange(notifiers.Received.Count, 1, 3);
    }

    [Fact]
    public async Task Channel_OfAnotherWorkspace_IsOutOfReach()
    {
        await cluster.Grains.Workspace("ws-other").Create("Other", Plan.Free, "other@example.com");
        var id = await CreateAsync("one");
        var other = Actor.Account("ws-other", "other@example.com");
        Assert.Equal(RefusalCodes.NotFound, (await Queries.Find(other, id)).Refusal?.Code);
        Assert.Equal(RefusalCodes.NotFound, (await Commands.Change(other, id, Input("mine"))).Refusal?.Code);
        Assert.Equal(RefusalCodes.NotFound, (await Commands.Test(other, id)).Refusal?.Code);
        Assert.Equal(RefusalCodes.NotFound, (await Commands.Resume(other, id)).Refusal?.Code);
        Assert.Equal(RefusalCodes.NotFound, (await Commands.Delete(other, id)).Refusal?.Code);
        Assert.Empty((await Queries.List(other)).Value!);
        Assert.Empty((await Queries.Log(other, id)).Value!);
        Assert.Empty(notifiers.Received);
    }

    [Fact]
    public async Task Secret_IsStoredProtectedShownNeverAndKeptByAChange()
    {
        const string Secret = "correct horse battery";
        var created = await Commands.Create(Owner, Input("one", Secret));
        var id = created.Value!.Channel.Id;
        Assert.Equal(["secret"], created.Value.Channel.Secrets);
        Assert.Equal(["to"], created.Value.Channel.Settings.Keys);
        Assert.DoesNotContain(await StoredRows.OfAsync(cluster.Store), row => row.Content.Contains(Secret, StringComparison.Ordinal));
        Assert.True((await Commands.Change(Owner, id, Input("one") with { Name = "two" })).IsDone);
        await cluster.RestartAsync();
        var test = await Commands.Test(Owner, id);
        Assert.Equal((true, "ok"), (test.Value!.IsDelivered, test.Value.Answer));
        Assert.Equal(("one", Secret), notifiers.Received.Select(sent => (sent.To, sent.Secret)).Single());
    }

    /// <summary>A member who may not read a secret must not be able to send it to a server of his own: by another destination, be it an open setting or a secret one, or by a setting added.</summary>
    [Theory]
    [InlineData("to=mine")]
    [InlineData("to=")]
    [InlineData("key=mine")]
    [InlineData("to=one;key=mine")]
    public async Task Secret_WhenAnotherSettingChanges_MustBeEnteredAgain(string change)
    {
        var id = (await Commands.Create(Owner, Input("one", "stored", "stored too"))).Value!.Channel.Id;
        var settings = change.Split(';').Select(setting => setting.Split('=')).ToDictionary(setting => setting[0], setting => setting[1]);
        settings.TryAdd("to", "one");
        var refusal = (await Commands.Change(Owner, id, Input("one") with { Settings = settings })).Refusal;
        Assert.Equal((RefusalCodes.Invalid, "settings.secret"), (refusal?.Code, settings.ContainsKey("key") ? refusal?.Field : refusal?.Field?.Replace("key", "secret", StringComparison.Ordinal)));
        Assert.True((await Commands.Test(Owner, id)).Value!.IsDelivered);
        Assert.Equal(("one", "stored"), notifiers.Received.Select(sent => (sent.To, sent.Secret)).Single());
        Assert.True((await Commands.Change(Owner, id, Input("other", "new", "new too"))).IsDone);
    }

    [Fact]
    public async Task Recipient_MustConfirm_AndGetsNothingElseBefore()
    {
        notifiers.IsForPeople = true;
        var created = (await Commands.Create(Owner, Input("Me@Bücher.test"))).Value!.Channel;
        Assert.Equal(("me@xn--bcher-kva.test", true, true), (created.Recipient!.Address, created.IsUnconfirmed, created.Recipient.IsOpen));
        await UntilAsync(() => notifiers.Received.Count == 1, "the request is sent");
        var request = notifiers.Received.Single().Notice;
        Assert.Equal(NoticeKind.Confirmation, request.Kind);
        Assert.Contains("workspace Notify", request.Paragraphs[0], StringComparison.Ordinal);
        Assert.Contains(Owner.Name, request.Paragraphs[0], StringComparison.Ordinal);
        Assert.Equal(RefusalCodes.NotPossibleNow, (await Commands.Test(Owner, created.Id)).Refusal?.Code);
        await RaiseAsync("a.test");
        Assert.Equal(("code", RefusalCodes.NotFound), ((await Commands.Confirm(Owner, created.Id, "guess")).Refusal?.Field, (await Commands.Confirm(Owner, created.Id, null)).Refusal?.Code));
        Assert.Single(notifiers.Received);

        var code = request.Paragraphs[1].Split(' ')[^1];
        Assert.False((await Commands.Confirm(Owner, created.Id, $" {code.ToUpperInvariant()} ")).Value!.Channel.IsUnconfirmed);
        await UntilAsync(() => notifiers.Received.Count == 2, "the alert is sent");
        Assert.Equal(NoticeKind.AlertRaised, notifiers.Received.Last().Notice.Kind);
    }

    /// <summary>Reading a link changes nothing, and a link permits one thing only.</summary>
    [Fact]
    public async Task RecipientLink_Read_ChangesNothingAndRunDoesWhatItSays()
    {
        notifiers.IsForPeople = true;
        var id = await CreateAsync("me@a.test");
        await UntilAsync(() => notifiers.Received.Count == 1, "the request is sent");
        var (recipients, links) = (cluster.Services.GetRequiredService<RecipientCommands>(), cluster.Services.GetRequiredService<ILinkProtection>());
        var confirm = links.Protect($"confirm\n{Workspace}\nme@a.test\n{notifiers.Received.Single().Notice.Paragraphs[1].Split(' ')[^1]}");
        var unsubscribe = links.Protect($"unsubscribe\n{Workspace}\nme@a.test\n{id}");
        foreach (var (purpose, token) in new[] { ("confirm", unsubscribe), ("unsubscribe", confirm), ("confirm", confirm[..^2]), ("confirm", "x"), ("unsubscribe", links.Protect($"unsubscribe\n{Workspace}\nother@a.test\n{id}")), ("confirm", links.Protect($"confirm\n{Workspace}\nme@a.test\nguess")) })
        {
            Assert.Equal(RefusalCodes.NotFound, (await recipients.Read(purpose, token)).Refusal?.Code);
            Assert.Equal(RefusalCodes.NotFound, (await recipients.Run(purpose, token)).Refusal?.Code);
        }
        for (var i = 0; i < 2; i++)
            Assert.Equal(new RecipientView("Notify", "me@a.test", null, false), (await recipients.Read("confirm", confirm)).Value);
        Assert.True((await Queries.Find(Owner, id)).Value!.IsUnconfirmed);
        for (var i = 0; i < 2; i++)
            Assert.True((await recipients.Run("confirm", confirm)).Value!.IsDone);
        Assert.False((await Queries.Find(Owner, id)).Value!.IsUnconfirmed);
        Assert.False((await recipients.Read("unsubscribe", unsubscribe)).Value!.IsDone);
        for (var i = 0; i < 2; i++)
            Assert.True((await recipients.Run("unsubscribe", unsubscribe)).Value!.IsDone);
        Assert.Equal("Unsubscribed by the recipient.", (await Queries.Find(Owner, id)).Value!.Pause?.Reason);
        Assert.Equal(RefusalCodes.NotFound, (await recipients.Read("confirm", confirm)).Refusal?.Code);
    }

    /// <summary>Whatever is created together: alerts that were open before are not sent.</summary>
    [Fact]
    public async Task OpenAlerts_TwoFirstChannelsCreatedTogether_AreNotSent()
    {
        for (var i = 0; i < 5; i++)
            await RaiseAsync($"old{i}.test");
        cluster.Clock.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(CreateAsync("one"), CreateAsync("two"));
        for (var i = 0; i < 5; i++)
            await RaiseAsync($"old{i}.test", AlertKinds.HostnameLost); // Tells all alerts of the domain.
        await UntilAsync(() => notifiers.Received.Count >= 2, "the new ones are sent");
        await PassAsync(() => notifiers.Received.Sum(sent => sent.Notice.Facts!.Value.TryGetProperty("total", out var total) ? total.GetInt32() : 1) >= 10, TimeSpan.FromSeconds(30), "all of them");
        Assert.All(notifiers.Received, sent => Assert.Equal(AlertKinds.HostnameLost, sent.Notice.Facts!.Value.GetProperty("alert").GetString()));
    }

    /// <summary>The reminder of digests follows from the channels: the last channel is deleted, the reminder ticks, another channel is created.</summary>
    [Fact]
    public async Task DigestReminder_AfterTheLastChannelWasDeleted_IsRegisteredForTheNext()
    {
        var reminders = cluster.Grains.Notifications(Workspace).AsReference<IRemindable>();
        var id = await CreateAsync("one");
        await Task.WhenAll(reminders.ReceiveReminder("digest", default), CreateAsync("two"));
        Assert.Contains(await StoredRows.RemindersOfAsync(cluster.Store), grain => grain.Contains(Workspace, StringComparison.Ordinal));
        foreach (var channel in (await Queries.List(Owner)).Value!)
            await Commands.Delete(Owner, channel.Id);
        await reminders.ReceiveReminder("digest", default);
        await reminders.ReceiveReminder("outbox", default);
        Assert.DoesNotContain(await StoredRows.RemindersOfAsync(cluster.Store), grain => grain.Contains(Workspace, StringComparison.Ordinal));
        for (var i = 0; i < 3; i++)
        {
            id = await CreateAsync("one");
            Assert.Contains(await StoredRows.RemindersOfAsync(cluster.Store), grain => grain.Contains(Workspace, StringComparison.Ordinal));
            await Task.WhenAll(Commands.Delete(Owner, id), reminders.ReceiveReminder("digest", default));
            await reminders.ReceiveReminder("digest", default);
        }
    }

    /// <summary>A notice of which no text can be made ends, and the channel goes on.</summary>
    [Fact]
    public async Task Notice_ThatCannotBeWritten_IsDroppedAndShown()
    {
        await CreateAsync("one");
        await RaiseAsync(FaultyWriter.Domain);
        await UntilAsync(async () => (await Queries.Log(Owner, null)).Value is [{ Notice.Outcome: NoticeOutcome.Dropped, Notice.Answer: { Length: > 0 } }], "it ends");
        await RaiseAsync("a.test", AlertKinds.HostnameLost);
        await PassAsync(() => notifiers.Received.Count == 1, TimeSpan.FromSeconds(30), "the next one is sent");
        Assert.Equal("a.test", notifiers.Received.Single().Notice.Domain);
    }

    /// <summary>Calls that are under way while the workspace is deleted leave nothing behind.</summary>
    [Fact]
    public async Task Erase_WithCallsUnderWay_LeavesNothing()
    {
        for (var round = 0; round < 10; round++)
        {
            await CreateAsync("one");
            var grain = cluster.Grains.Notifications(Workspace);
            var calls = Enumerable.Range(0, 30).Select(i => Task.Run(async () =>
            {
                await Task.Delay(i);
                try
                {
                    await grain.BeginTest("ch-none");
                    await RaiseAsync($"d{round}-{i}.test");
                    if ((await Queries.List(Owner)).Value is [var channel, ..])
                        await grain.BeginTest(channel.Id);
                }
                catch (Exception)
                {
                    // Refused, because it is being deleted.
                }
            })).ToArray();
            await Task.Delay(round * 3);
            await grain.Erase();
            await Task.WhenAll(calls).WaitAsync(Limit);
            Assert.DoesNotContain(await StoredRows.OfAsync(cluster.Store), row => row.State == "notifications");
            Assert.DoesNotContain(await StoredRows.RemindersOfAsync(cluster.Store), name => name.Contains("nt-", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Test_FailsOrTooOften_IsAnAnswer()
    {
        var id = await CreateAsync("one");
        notifiers.Answer = _ => Task.FromResult<NoticeResult>(new NoticeResult.Refused("HTTP 404"));
        for (var i = 0; i < INotificationsGrain.MaxTestsPerHour; i++)
            Assert.Equal("HTTP 404", (await Commands.Test(Owner, id)).Value!.Answer);
        Assert.Equal(RefusalCodes.LimitReached, (await Commands.Test(Owner, id)).Refusal?.Code);
        Assert.Null((await Queries.Find(Owner, id)).Value!.Pause); // A test pauses nothing.
        cluster.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True((await Commands.Test(Owner, id)).IsDone);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("notifier")]
    [InlineData("timeZone")]
    [InlineData("domains")]
    [InlineData("quiet")]
    [InlineData("settings.to")]
    public async Task Create_WithAMistake_NamesTheField(string field)
    {
        var input = field switch
        {
            "name" => Input("one") with { Name = " " },
            "notifier" => Input("one") with { Notifier = "notice.other" },
            "timeZone" => Input("one") with { TimeZone = "Middle/Earth" },
            "domains" => Input("one") with { Domains = ["stranger.example"] },
            "quiet" => Input("one") with { Quiet = new QuietHours(new TimeOnly(7, 0), new TimeOnly(7, 0)) },
            _ => Input("") with { Name = "one" },
        };
        var refusal = (await Commands.Create(Owner, input)).Refusal!;
        Assert.Equal((RefusalCodes.Invalid, field), (refusal.Code, refusal.Field));
        Assert.Empty((await Queries.List(Owner)).Value!);
    }

    [Fact]
    public async Task Address_AtADomainOfTheWorkspace_IsWarnedOf()
    {
        await cluster.Grains.Workspace(Workspace).ClaimDomain("mail.test", Owner.Name);
        Assert.Contains("second channel", (await Commands.Create(Owner, Input("me@mail.test"))).Value!.Channel.Warning!, StringComparison.Ordinal);
        Assert.Null((await Commands.Create(Owner, Input("me@elsewhere.test"))).Value!.Channel.Warning);
    }

    [Fact]
    public async Task Digest_IsSentByTheReminder()
    {
        await cluster.Grains.Workspace(Workspace).ClaimDomain("mail.test", Owner.Name);
        await CreateAsync("one");
        cluster.Clock.Advance(TimeSpan.FromDays(7));
        var facts = await cluster.Services.GetRequiredService<IDigestReader>().ReadAsync(Workspace, new ChannelContent { Name = "x", Notifier = "y" }, cluster.Clock.GetUtcNow().AddDays(-7), cluster.Clock.GetUtcNow()).WaitAsync(Limit);
        Assert.Equal(1, facts.Domains);
        await cluster.Grains.Notifications(Workspace).AsReference<IRemindable>().ReceiveReminder("digest", default);
        await UntilAsync(() => !notifiers.Received.IsEmpty, "Monday morning");
        var digest = Assert.Single(notifiers.Received).Notice;
        Assert.Equal(NoticeKind.Digest, digest.Kind);
        Assert.Contains(digest.Paragraphs, paragraph => paragraph.StartsWith("Domains: 1 (not hosted here: 1)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Erase_LeavesNothing()
    {
        await CreateAsync("one");
        await RaiseAsync("a.test");
        await cluster.Grains.Notifications(Workspace).Erase();
        Assert.DoesNotContain(await StoredRows.OfAsync(cluster.Store), row => row.State == "notifications");
        Assert.DoesNotContain(await StoredRows.RemindersOfAsync(cluster.Store), grain => grain.Contains("nt-", StringComparison.Ordinal));
    }

    private async Task<string> CreateAsync(string to) => (await Commands.Create(Owner, Input(to))).Value!.Channel.Id;

    private static ChannelInput Input(string to, string? secret = null, string? key = null)
    {
        var settings = new Dictionary<string, string> { ["to"] = to };
        if (secret is not null)
            settings["secret"] = secret;
        if (key is not null)
            settings["key"] = key;
        return new ChannelInput { Name = to, Notifier = FakeNotifiers.NotifierId, Settings = settings };
    }

    private Task RaiseAsync(string domain, string kind = AlertKinds.CnameLost) =>
        cluster.Grains.Alerts(Workspace, domain).Set(kind == AlertKinds.CnameLost ? AlertSource.Dns : AlertSource.HostnameProvider, Interlocked.Increment(ref revision), [AlertCondition.Of(kind)]);

    private Task ResolveAsync(string domain) => cluster.Grains.Alerts(Workspace, domain).Set(AlertSource.Dns, Interlocked.Increment(ref revision), []);

    private static Task UntilAsync(Func<bool> isSo, string what) => Poll.Until(isSo, Limit, what);

    private static Task UntilAsync(Func<Task<bool>> isSo, string what) => Poll.Until(isSo, Limit, what);

    /// <summary>The clock advances until it is so.</summary>
    private Task PassAsync(Func<bool> isSo, TimeSpan step, string what) => Poll.Until(
        () =>
        {
            if (isSo())
                return true;
            cluster.Clock.Advance(step);
            return isSo();
        },
        Limit,
        what);

    /// <summary>Throws for the notices of one domain.</summary>
    private sealed class FaultyWriter(INoticeWriter writer) : INoticeWriter
    {
        public const string Domain = "faulty.test";

        public NoticeSeverity SeverityOf(AlertView alert) => writer.SeverityOf(alert);

        public Notice Write(NoticeContent content, NoticeRecipient? recipient) =>
            content.Alerts.Any(alert => alert.Domain == Domain) ? throw new InvalidOperationException("a fault of the texts") : writer.Write(content, recipient);
    }
}
