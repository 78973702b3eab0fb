using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Reports;
using MtaSts.Host.Gateway;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using Orleans.TestingHost;
using Xunit;
using TestCluster = MtaSts.Grains.Tests.Cluster.TestCluster;

namespace MtaSts.Grains.Tests.Chaos;

/// <summary>
/// Domains on a cluster of two silos that die in between, each with a gateway of its own; owners, a DNS, a provider and senders around them.
/// Everything random comes from one seed; the silos' threads do not, so a seed is a strong hint and no replay.
/// </summary>
internal sealed class ChaosScene : IAsyncDisposable
{
    public static readonly string[] Workspaces = ["ws-alice", "ws-bob"];
    private static readonly string[] Names = [.. Enumerable.Range(1, 5).Select(i => $"chaos{i}.example")];
    private static readonly int[] MaxAges = [86_400, 604_800, 2_592_000];

    /// <summary>A call that meets a dying silo is made again, for at most this long in real time.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Lease = new GatewayOptions().Lease;

    private readonly Random random;
    private readonly InMemoryDns dns = new();
    private readonly ChaosProvider provider;
    private readonly Dictionary<string, SenderMemory> memories = Names.ToDictionary(name => name, name => new SenderMemory(name));
    private readonly Dictionary<string, HashSet<string>> published = Names.ToDictionary(name => name, _ => new HashSet<string>(StringComparer.Ordinal));
    private readonly Dictionary<InProcessSiloHandle, PolicyCache> gateways = [];
    private readonly List<string> faults = [];
    private TestCluster cluster = null!;
    private Task underWay = Task.CompletedTask;

    private ChaosScene(int seed)
    {
        random = new Random(seed);
        provider = new ChaosProvider(new Random(seed + 1), Removing);
    }

    public int Kills { get; private set; }

    /// <summary>Events after which a silo is killed at the latest, whatever the dice say.</summary>
    public const int MostBetweenKills = 100;

    private const int KillDice = 23;

    public int Steps { get; private set; }

    public int Fetches => memories.Values.Sum(memory => memory.Fetched);

    public static async Task<ChaosScene> StartAsync(TempStore store, int seed)
    {
        var scene = new ChaosScene(seed);
        scene.cluster = await TestCluster.StartAsync(store, scene.Configure, silos: 2);
        foreach (var workspace in Workspaces)
            await scene.cluster.Grains.Workspace(workspace).Create(workspace, Plan.Pro, "owner@example.com");
        scene.OpenGateways();
        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in gateways.Values)
            gateway.Dispose();
        await underWay;
        await cluster.DisposeAsync();
    }

    /// <summary>One event: of an owner, the DNS, the provider, the clock or the machines; senders fetch while it happens.</summary>
    public async Task Step()
    {
        Steps++;
        var name = Names[random.Next(Names.Length)];
        var workspace = Workspaces[random.Next(Workspaces.Length)];
        var dice = Steps % MostBetweenKills == 0 ? KillDice : random.Next(100);
        if (dice < 12)
            await Advance(TimeSpan.FromSeconds(random.Next(1, 90)));
        else if (dice < 20)
            await Advance(TimeSpan.FromHours(random.Next(1, 48)));
        else if (dice < 22)
            await Advance(TimeSpan.FromDays(random.Next(1, 40)));
        else if (dice <= KillDice)
            await Kill();
        else
            await Task.WhenAll(Act(dice, name, workspace), Fetch(Names));
        await Fetch(Names);
        await LookAtAnnounced(name);
        Complain();
    }

    /// <summary>Everybody leaves; afterwards nothing may be left, and not before it may.</summary>
    public async Task Leave()
    {
        provider.Unwell = 0;
        dns.Outage = null;
        foreach (var name in Names)
        {
            foreach (var workspace in Workspaces)
                await Poll.Until(async () => (await cluster.Grains.Domain(name).RemoveClaim(workspace, workspace)).Refusal is null or { Code: RefusalCodes.NotFound }, Limit, $"{workspace} to leave {name}");
        }
        // The longest promise is thirty days old at most, and took a few hours of TTL and leases more.
        for (var hours = 0; hours < 45 * 24; hours += 6)
        {
            await Advance(TimeSpan.FromHours(6));
            foreach (var name in Names)
                await Calmly(() => cluster.Grains.Domain(name).AsReference<IRemindable>().ReceiveReminder("watch", default));
            await Fetch(Names);
            Complain();
        }
        foreach (var name in Names)
            await Poll.Until(async () => await cluster.Grains.Domain(name).GetServedPolicy() is null, Limit, $"{name} to be served no more");
        await Poll.Until(() => provider.Hostnames.Count == 0, Limit, "every hostname to be gone at the provider");
        await Advance(TimeSpan.FromMinutes(1));
        await Fetch(Names);
        Complain();
    }

    private void Configure(IHostApplicationBuilder host)
    {
        host.Services.AddReportGrains();
        host.Services.Configure<HostingOptions>(options => options.ServedUnseen = new GatewayOptions().KeepWhenFailing);
        host.Services.AddSingleton<IDnsLookup>(dns);
        host.Services.AddSingleton<IHostnameProviders>(provider);
    }

    private async Task Act(int dice, string name, string workspace)
    {
        var domain = cluster.Grains.Domain(name);
        await Calmly(async () =>
        {
            if (await domain.GetView(workspace) is not { } view)
            {
                dns.Publish(name, DnsType.Mx, "mx1." + name);
                await cluster.Grains.Workspace(workspace).ClaimDomain(name, workspace);
            }
            else if (dice < 40)
                await domain.PutPolicy(workspace, new PolicyContent((Protocol.PolicyMode)random.Next(3), [$"mx{random.Next(1, 4)}.{name}"], MaxAges[random.Next(MaxAges.Length)]), workspace, null, isOverridden: true);
            else if (dice < 54)
                await cluster.Grains.Workspace(workspace).EnableHosting(name, workspace);
            else if (dice < 60)
                await domain.DisableHosting(workspace, workspace);
            else if (dice < 62)
                await domain.RemoveClaim(workspace, workspace);
            else if (dice < 76)
                Publish(name, workspace, view.CnameTarget);
            else if (dice < 79)
                dns.Publish("mta-sts." + name, DnsType.Cname);
            else if (dice < 81)
                provider.Lose("mta-sts." + name);
            else if (dice < 84)
                await Task.WhenAll(Remind(name), Remind(name)); // A tick that comes twice.
            else if (dice < 86)
                dns.Outage = dns.Outage is null ? "no answer" : null;
            else
                await cluster.Grains.Probe().Check(name);
        });
    }

    private void Publish(string name, string workspace, string target)
    {
        dns.Publish("mta-sts." + name, DnsType.Cname, target);
        published[name].Add(workspace);
    }

    private Task Remind(string name) => cluster.Grains.Domain(name).AsReference<IRemindable>().ReceiveReminder("watch", default);

    private async Task Advance(TimeSpan time)
    {
        cluster.Clock.Advance(time);
        if (random.Next(3) > 0) // Otherwise the tick is missed.
            await Calmly(() => Remind(Names[random.Next(Names.Length)]));
    }

    private async Task Kill()
    {
        var victim = cluster.Silos.Silos[random.Next(cluster.Silos.Silos.Count)];
        Kills++;
        if (gateways.Remove(victim, out var gateway))
            gateway.Dispose();
        // Work is under way while it dies; a call that dies with it is given up by its caller only after half a minute.
        underWay = Task.WhenAll([underWay, .. Names.Select(name => Calmly(() => cluster.Grains.Probe().Check(name)))]);
        await cluster.Silos.KillSiloAsync(victim);
        await cluster.Silos.StartAdditionalSiloAsync();
        OpenGateways();
    }

    private void OpenGateways()
    {
        foreach (var silo in cluster.Silos.Silos)
        {
            if (!gateways.ContainsKey(silo))
            {
                var source = new GrainPolicySource(silo.ServiceProvider.GetRequiredService<IGrainFactory>());
                gateways[silo] = new PolicyCache(source, Options.Create(new GatewayOptions()), cluster.Clock, NullLogger<PolicyCache>.Instance);
            }
        }
    }

    /// <summary>A sender at every gateway asks for every name.</summary>
    private async Task Fetch(IEnumerable<string> names)
    {
        var now = cluster.Clock.GetUtcNow();
        await Task.WhenAll(from name in names from gateway in gateways.Values.ToArray() select FetchOne(name, gateway, now));
    }

    private async Task FetchOne(string name, PolicyCache gateway, DateTimeOffset now)
    {
        PolicyAnswer answer = default;
        // 503 is said while the only silo that knows is dying; the sender comes again.
        await Poll.Until(async () => (answer = await gateway.FindAsync("mta-sts." + name)).IsKnown, Limit, $"{name} to be answered");
        Note(() =>
        {
            if (answer.Policy is { } policy)
                memories[name].Got(policy, now);
            else
                memories[name].GotNothing(now, Lease);
        });
    }

    /// <summary>What stands on the owner's page as the id to publish is served by every gateway; and who made it had the right to.</summary>
    private async Task LookAtAnnounced(string name)
    {
        foreach (var workspace in Workspaces)
        {
            DomainView? view = null;
            await Calmly(async () => view = await cluster.Grains.Domain(name).GetView(workspace));
            if (view is not { Policy: { } current })
                continue;
            Note(() => Assert.Contains(workspace, published[name]));
            if (!current.Announced)
                continue;
            foreach (var gateway in gateways.Values)
            {
                var answer = await gateway.FindAsync("mta-sts." + name);
                if (answer is { Policy: { } policy, SecondsLeft: > 0 })
                    Note(() => Assert.True(policy.Number >= current.Number, $"{name}: {current.Id} is announced and a gateway serves {policy.PolicyId}"));
            }
        }
    }

    private void Removing(string hostname) => Note(() => memories[hostname["mta-sts.".Length..]].LetGo(cluster.Clock.GetUtcNow()));

    private void Note(Action assertion)
    {
        try
        {
            assertion();
        }
        catch (Exception exception)
        {
            lock (faults)
                faults.Add(exception.Message);
        }
    }

    private void Complain()
    {
        lock (faults)
            Assert.True(faults.Count == 0, $"After {Steps} steps and {Kills} kills: {string.Join('\n', faults)}");
    }

    /// <summary>A call that may meet a dying silo: whether it was carried out is not known, as for an owner whose page shows an error.</summary>
    private static async Task Calmly(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or IOException or InvalidOperationException or OperationCanceledException)
        {
        }
    }
}
