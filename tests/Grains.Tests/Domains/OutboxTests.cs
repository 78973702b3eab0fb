using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Alerts;
using MtaSts.Grains.Domains;
using MtaSts.Protocol;
using Orleans.Serialization;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>What must be done once is delivered until it is done, and a result that is late or repeated changes nothing.</summary>
public sealed class OutboxTests
{
    private const string Alice = LifecycleBench.Alice;
    private readonly LifecycleBench bench = new();

    [Fact]
    public void Delivered_NotDone_IsRepeatedAfterGrowingPauses()
    {
        bench.Claim(Alice);
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now));
        var pauses = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            bench.Set(bench.Lifecycle.Delivered(bench.State, bench.State.Outbox[0].Id, isDone: false, bench.Now));
            pauses.Add((bench.State.Outbox[0].DueAt - bench.Now).TotalSeconds);
        }
        Assert.Equal([10, 20, 40], pauses);
        Assert.False(DomainLifecycle.IsOver(bench.State, bench.Now));
    }

    [Fact]
    public void Delivered_TwiceOrUnknown_ChangesNothing()
    {
        bench.Claim(Alice);
        bench.Do((s, now) => bench.Lifecycle.RemoveClaim(s, Alice, Alice, now));
        var id = bench.State.Outbox[0].Id;
        bench.Set(bench.Lifecycle.Delivered(bench.State, id, isDone: true, bench.Now));
        Assert.Same(bench.State, bench.Lifecycle.Delivered(bench.State, id, isDone: false, bench.Now));
        Assert.Same(bench.State, bench.Lifecycle.Reconciled(bench.State, id, new HostnameResult(true), bench.Now));
    }

    /// <summary>The removal of the hostname is decided; the answer to an order to make it comes late.</summary>
    [Fact]
    public void Reconciled_OfAnEarlierDecision_ChangesNothing()
    {
        bench.GoLive(Alice);
        var ensured = bench.State.Hostname!.Id;
        bench.Disable(Alice);
        bench.Pass(TimeSpan.FromDays(3));
        Assert.False(bench.State.Hostname.Exists);
        Assert.Same(bench.State, bench.Lifecycle.Reconciled(bench.State, ensured, new HostnameResult(true), bench.Now));
    }

    /// <summary>Every case can be delivered, also to grains that know nothing of the claim (any more), and a second time.</summary>
    [Fact]
    public async Task Deliver_EveryCaseTwice_Succeeds()
    {
        var scene = await DomainScene.StartAsync();
        await using var cluster = scene.Cluster;
        var delivery = scene.Cluster.Services.GetRequiredService<OutboxDelivery>();
        OutboxMessage[] messages =
        [
            new OutboxMessage.SetAlerts(Alice, new SourceConditions(AlertSource.Dns, 1, [])),
            new OutboxMessage.EndReports(Alice, "token"),
            new OutboxMessage.RemoveToken("token"),
            new OutboxMessage.EraseClaim(Alice, 1),
        ];
        Assert.Equal(typeof(OutboxMessage).GetNestedTypes().ToHashSet(), messages.Select(message => message.GetType()).ToHashSet());
        Assert.All(typeof(OutboxMessage).GetNestedTypes(), type => Assert.True(type.IsSealed));
        foreach (var message in messages.Concat(messages))
            Assert.True(await delivery.Deliver("example.com", message), message.GetType().Name);
    }

    /// <summary>Orders and results cross silos as what they are, with every member.</summary>
    [Fact]
    public void Wire_OfOrdersAndResults_KeepsTheCaseAndEveryMember()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        ReconcileOrder[] orders = [new HostnameOrder("example.com", "1", "provider", true, "target", true), new RecordOrder("example.com", "2", "dns", "name", "value", TimeSpan.FromMinutes(5), bench.Now)];
        ReconcileResult[] results =
        [
            new(true, "problem", "step", TimeSpan.FromSeconds(1)) { Provider = "provider" },
            new HostnameResult(true, "problem", "step", TimeSpan.FromSeconds(1)) { Provider = "provider", MadeAt = bench.Now, CertificateExpiresAt = bench.Now.AddDays(90) },
            new RecordResult(true, bench.Now, 300) { Provider = "dns" },
        ];
        Assert.All(orders, order => Assert.Equal(order, serializer.Deserialize<ReconcileOrder>(serializer.SerializeToArray(order))));
        Assert.All(results, result => Assert.Equal(result, serializer.Deserialize<ReconcileResult>(serializer.SerializeToArray(result))));
    }

    /// <summary>Hourly work is woken hourly, and the end of a retirement by a reminder for that moment.</summary>
    [Fact]
    public async Task Reminders_OfARetiringDomain_FitWhatTheyWake()
    {
        const string name = "retiring.example";
        var scene = await DomainScene.StartAsync();
        await using var cluster = scene.Cluster;
        await scene.GoLive(name, PolicyMode.Testing, 20 * 86_400);
        await scene.Domain(name).DisableHosting(DomainScene.Workspace, "owner");

        var rows = (await scene.Cluster.Services.GetRequiredService<IReminderTable>().ReadRows(scene.Domain(name).GetGrainId())).Reminders.ToDictionary(row => row.ReminderName);

        Assert.Equal(["retire", "watch"], rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(rows.Values, row => Assert.Equal(TimeSpan.FromHours(1), row.Period));
        var left = (await scene.View(name)).Hosting.SafeToRemoveAt!.Value - scene.Cluster.Clock.GetUtcNow();
        Assert.InRange(rows["retire"].StartAt - rows["watch"].StartAt, left - TimeSpan.FromHours(2), left);
    }
}
