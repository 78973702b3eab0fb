using Microsoft.Extensions.DependencyInjection;
using MtaSts.Application;
using MtaSts.Application.Alerts;
using MtaSts.Application.Notifications;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Grains.Tests.Notifications;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Alerts;

/// <summary>Handled alerts in a cluster: commands, storage, ends by date, the index and the channels; and the alerts of the service itself.</summary>
public sealed class AlertGrainTests : IAsyncLifetime
{
    private const string Domain = "a.test";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly Actor Owner = Actor.Account(Actor.OperatorWorkspace, "owner@example.com", isAdministrator: true);
    private static readonly Actor Member = Actor.Account(Actor.OperatorWorkspace, "member@example.com");
    private static readonly Actor Stranger = Actor.Account("ws-other", "stranger@example.com", isAdministrator: true);
    private readonly FakeNotifiers notifiers = new();
    private TestCluster cluster = null!;
    private long revision;

    public async ValueTask InitializeAsync()
    {
        cluster = await TestCluster.StartAsync(configure: host =>
        {
            host.Services.AddReportGrains();
            host.Services.AddSingleton<INotifiers>(notifiers);
        });
        await cluster.Grains.Workspace(Owner.WorkspaceId).Create("Operator", Plan.Pro, Owner.Name);
        await cluster.Grains.Workspace(Stranger.WorkspaceId).Create("Other", Plan.Pro, Stranger.Name);
        await cluster.Grains.Workspace(Owner.WorkspaceId).ClaimDomain(Domain, Owner.Name);
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private AlertCommands Commands => cluster.Services.GetRequiredService<AlertCommands>();

    private AlertQueries Queries => cluster.Services.GetRequiredService<AlertQueries>();

    [Fact]
    public async Task Handled_ThroughARestart_StaysAndEndsAtItsDate()
    {
        await SeeAsync(AlertKinds.PolicyRecordMissing, AlertKinds.NoReports);
        var (missing, reports) = (await IdAsync(AlertKinds.PolicyRecordMissing), await IdAsync(AlertKinds.NoReports));
        var until = cluster.Clock.GetUtcNow().AddHours(30);
        Assert.True((await Commands.Snooze(Owner, missing, until, "change window")).IsDone);
        Assert.True((await Commands.Acknowledge(Owner, reports, "known")).IsDone);
        Assert.True((await Commands.Mute(Owner, Domain, AlertKinds.ReportersSilent, null, null)).IsDone);

        await cluster.RestartAsync();
        var open = (await Queries.List(Owner)).Value!;
        Assert.Equal((Owner.Name, until, "change window"), open.Single(alert => alert.Kind == AlertKinds.PolicyRecordMissing).Snoozed is { } snooze ? (snooze.By, snooze.Until!.Value, snooze.Reason) : default);
        Assert.Equal("known", open.Single(alert => alert.Kind == AlertKinds.NoReports).Acknowledged?.Reason);
        Assert.Equal(AlertKinds.ReportersSilent, Assert.Single((await Queries.Mutes(Owner, Domain)).Value!).Kind);

        // Nobody calls the grain: its reminder does.
        await Poll.Until(
            async () =>
            {
                cluster.Clock.Advance(TimeSpan.FromMinutes(30));
                return (await Queries.List(Owner)).Value!.Single(alert => alert.Kind == AlertKinds.PolicyRecordMissing).Snoozed is null;
            },
            Limit,
            "the snooze ends");
        var ended = (await Queries.Find(Owner, missing)).Value!.Alert.StillOpenAt!.Value;
        Assert.True(ended >= until, $"it ended at {ended}, before {until}");
        Assert.Equal([AlertEventKind.Raised, AlertEventKind.Snoozed, AlertEventKind.SnoozeEnded], (await Queries.Find(Owner, missing)).Value!.Events.Select(known => known.Kind));
    }

    [Fact]
    public async Task Commands_WithAMistake_SayWhatToDo()
    {
        await SeeAsync(AlertKinds.CnameLost);
        var id = await IdAsync(AlertKinds.CnameLost);
        var now = cluster.Clock.GetUtcNow();
        Assert.Equal(("invalid", "kind"), Problem((await Commands.Mute(Owner, Domain, "made-up", "x", null)).Refusal));
        Assert.Equal(("invalid", "reason"), Problem((await Commands.Mute(Owner, Domain, AlertKinds.CnameLost, " ", null)).Refusal));
        Assert.Equal(("invalid", "until"), Problem((await Commands.Snooze(Owner, id, now, null)).Refusal));
        Assert.Equal(("invalid", "until"), Problem((await Commands.Snooze(Owner, id, null, null)).Refusal));
        Assert.Equal(("invalid", "until"), Problem((await Commands.Snooze(Owner, id, now + AlertHandling.MaxSnooze + TimeSpan.FromHours(1), null)).Refusal));
        Assert.Equal(("not-found", null), Problem((await Commands.Acknowledge(Owner, "99@a.test", null)).Refusal));
        Assert.Equal(("not-found", null), Problem((await Commands.Acknowledge(Owner, "nonsense", null)).Refusal));
        Assert.Equal(("not-found", null), Problem((await Commands.Acknowledge(Stranger, id, null)).Refusal));
        Assert.Equal(("not-found", null), Problem((await Queries.Find(Stranger, id)).Refusal));
        await SeeAsync();
        Assert.Equal(("not-possible-now", null), Problem((await Commands.Acknowledge(Owner, id, null)).Refusal));
    }

    /// <summary>Two silos report; the operator's channel is notified, its workspace shows it to those who see the service, and nobody else.</summary>
    [Fact]
    public async Task Service_ConditionOfItsSilos_IsAnAlertOfTheOperator()
    {
        var channels = cluster.Services.GetRequiredService<ChannelCommands>();
        foreach (var actor in new[] { Owner, Stranger })
            Assert.True((await channels.Create(actor, new ChannelInput { Name = "c", Notifier = FakeNotifiers.NotifierId, Settings = new Dictionary<string, string> { ["to"] = actor.WorkspaceId } })).IsDone);
        AlertCondition late = AlertCondition.Of(AlertKinds.ServiceCertificateEnds).With(AlertParameters.Until, "2026-03-12").With(AlertParameters.Late, true);
        await ReportAsync("10.0.0.1:11111", late);
        await ReportAsync("10.0.0.2:11111");

        var alert = Assert.Single((await Queries.List(Owner)).Value!);
        Assert.Equal((AlertView.Service, AlertKinds.ServiceCertificateEnds), (alert.Domain, alert.Kind));
        Assert.Empty((await Queries.List(Member)).Value!);
        Assert.Empty((await Queries.List(Stranger)).Value!);
        Assert.Single((await Queries.ByDomain(Owner, null)).Value!.Items);
        Assert.Empty((await Queries.ByDomain(Stranger, null)).Value!.Items);
        Assert.Equal("not-found", (await Queries.Find(Stranger, AlertIds.Of(alert))).Refusal?.Code);
        Assert.Equal("not-found", (await Commands.Acknowledge(Member, AlertIds.Of(alert), null)).Refusal?.Code);
        await Poll.Until(() => !notifiers.Received.IsEmpty, Limit, "the operator is notified");
        Assert.Equal([(Owner.WorkspaceId, "The certificate of the gateway was not renewed (this service)")], notifiers.Received.Select(sent => (sent.To, sent.Notice.Title)));
        Assert.True((await Commands.Acknowledge(Owner, AlertIds.Of(alert), "on it")).IsDone);

        // The silo is gone; the other one reports on.
        for (var i = 0; i < 7; i++)
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
            await ReportAsync("10.0.0.2:11111");
        }
        Assert.NotNull(Assert.Single((await Queries.List(Owner)).Value!).ResolvedAt);
    }

    private Task ReportAsync(string silo, params AlertCondition[] conditions) => cluster.Grains.ServiceConditions().Report(silo, Interlocked.Increment(ref revision), conditions);

    private Task SeeAsync(params string[] kinds) =>
        cluster.Grains.Alerts(Owner.WorkspaceId, Domain).Set(AlertSource.Dns, Interlocked.Increment(ref revision), [.. kinds.Select(AlertCondition.Of)]);

    private async Task<string> IdAsync(string kind) => AlertIds.Of((await Queries.Open(Owner, Domain)).Value!.Single(alert => alert.Kind == kind));

    private static (string Code, string? Field) Problem(Refusal? refusal) => (refusal!.Code, refusal.Field);
}
