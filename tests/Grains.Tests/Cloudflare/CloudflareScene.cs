using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Host.Modules;
using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using MtaSts.Protocol;
using Orleans.Storage;
using Xunit;

namespace MtaSts.Grains.Tests.Cloudflare;

/// <summary>
/// The real grains on the real storage with the real Cloudflare module behind the host's own boundary, and Cloudflare's API on
/// loopback, all on one clock and one DNS. Time passes only by <see cref="PassAsync"/> and what builds on it, which go from one
/// moment at which something is due to the next, let it come to its end, and look at what must always hold.
/// </summary>
internal sealed class CloudflareScene : IAsyncDisposable
{
    public const string Workspace = "ws-walk";
    public const string Name = "walk.example";
    public const string PolicyHost = "mta-sts." + Name;
    public const string Target = "mta-sts.service.net";

    private const string Token = "walk_token-1f6e0c2b9d8a4753";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private DateTimeOffset safeAt = DateTimeOffset.MinValue;

    private CloudflareScene(TestCluster cluster, CloudflareSimulator simulator, InMemoryDns dns) => (Cluster, Simulator, Dns) = (cluster, simulator, dns);

    public TestCluster Cluster { get; }

    public CloudflareSimulator Simulator { get; }

    public InMemoryDns Dns { get; }

    public DateTimeOffset Now => Cluster.Clock.GetUtcNow();

    public IDomainGrain Domain => Cluster.Grains.Domain(Name);

    /// <summary>How much time passes for an answer that is withheld: more than the client's patience, unless a test says otherwise.</summary>
    public TimeSpan HeldFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Somebody has taken the hostname away at Cloudflare: that it is there is not looked at until it is told otherwise.</summary>
    public bool MayBeMissing { get; set; }

    public static SimulatorOptions Options => new() { Token = Token, CnameTarget = Target, AllowReservedNames = true };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<CloudflareScene> StartAsync(Func<SimulatorOptions>? options = null)
    {
        var dns = new InMemoryDns();
        CloudflareSimulator? simulator = null;
        var zone = (options ?? (() => Options))();
        var cluster = await TestCluster.StartAsync(configure: host => Configure(host, dns, () => simulator ??= Start(zone, dns, host)));
        var scene = new CloudflareScene(cluster, simulator!, dns);
        await cluster.Grains.Workspace(Workspace).Create("Walk", Plan.Pro, "owner@example.com");
        return scene;
    }

    /// <summary>With another token, DNS target and names: what the simulator's options need in every test.</summary>
    public static SimulatorOptions With(int hardCap = 50_000, bool envelopedDelete = false, TimeSpan deletionTakes = default) =>
        new() { Token = Token, CnameTarget = Target, AllowReservedNames = true, HardCap = hardCap, EnvelopedDelete = envelopedDelete, DeletionTakes = deletionTakes };

    public async Task<DomainView> ViewAsync() => (await Domain.GetView(Workspace))!;

    public async Task<HostingView> HostingAsync() => (await ViewAsync()).Hosting;

    /// <summary>The policy's text as a gateway gets it; null is 404.</summary>
    public async Task<string?> ServedAsync() => await Domain.GetServedPolicy() is { } served ? System.Text.Encoding.ASCII.GetString(served.Body) : null;

    public async Task<HostnameView?> HostnameAsync() => (await Simulator.HostnamesAsync(Cancelled)).SingleOrDefault(item => item.Hostname == PolicyHost);

    public async Task<AlertView?> AlertAsync(string kind) => (await Cluster.Grains.Alerts(Workspace, Name).List()).FirstOrDefault(alert => alert.Kind == kind);

    public async Task<IReadOnlyList<AlertView>> OpenAlertsAsync() => [.. (await Cluster.Grains.Alerts(Workspace, Name).List()).Where(alert => alert.ResolvedAt is null)];

    public void PublishMx() => Dns.Publish(Name, DnsType.Mx, "mx1." + Name);

    public async Task PublishCnameAsync() => Dns.Publish(PolicyHost, DnsType.Cname, (await ViewAsync()).CnameTarget);

    public void TakeCnameAway() => Dns.Publish(PolicyHost, DnsType.Cname);

    /// <summary>The owner publishes the id that is announced.</summary>
    public async Task PublishIdAsync()
    {
        var view = await ViewAsync();
        Assert.True(view.Policy!.Announced);
        Dns.Publish("_mta-sts." + Name, DnsType.Txt, PolicyRecord.Write(view.Policy.Id));
        await CheckAsync();
    }

    /// <summary>Claimed, the policy put, hosting wanted, the CNAME published and seen: the hostname is being made.</summary>
    public async Task BeginAsync()
    {
        PublishMx();
        Assert.NotNull((await Cluster.Grains.Workspace(Workspace).ClaimDomain(Name, "owner")).Value);
        await PutAsync(PolicyMode.Testing, 86_400);
        Assert.True((await Cluster.Grains.Workspace(Workspace).EnableHosting(Name, "owner")).IsDone);
        await PublishCnameAsync();
        await CheckAsync();
        await SettleAsync();
    }

    public async Task GoLiveAsync()
    {
        await BeginAsync();
        await UntilAsync(HostingState.Live);
        await PassAsync(TimeSpan.FromMinutes(1));
        await PublishIdAsync();
    }

    /// <summary>Ends the silo without a goodbye. What it had asked outside is left unanswered, for which its shutdown needs time to pass.</summary>
    public async Task CrashAsync()
    {
        var crash = Cluster.CrashAsync();
        await Poll.Until(
            () =>
            {
                Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
                return crash.IsCompleted;
            },
            Limit,
            "the silo is gone and another has started");
        await crash;
    }

    public async Task PutAsync(PolicyMode mode, int maxAge) =>
        Assert.True((await Domain.PutPolicy(Workspace, new PolicyContent(mode, ["mx1." + Name], maxAge), "owner", null, isOverridden: true)).IsDone);

    public async Task CheckAsync()
    {
        await Cluster.Grains.Probe().Check(Name);
        await SettleAsync();
    }

    /// <summary>Lets time pass, from one due moment to the next.</summary>
    /// <param name="coarse">Look no more often than this: for long times.</param>
    public async Task PassAsync(TimeSpan time, TimeSpan coarse = default)
    {
        for (var end = Now + time; Now < end;)
        {
            var next = await NextDueAsync() is { } due && due - Now > coarse ? due : Now + (coarse > TimeSpan.FromSeconds(1) ? coarse : TimeSpan.FromSeconds(1));
            Cluster.Clock.Advance((next < end ? next : end) - Now);
            await WakeAsync();
        }
    }

    /// <summary>Lets time pass until hosting has come to the state.</summary>
    public Task UntilAsync(HostingState state) => UntilAsync(hosting => hosting.State == state, state.ToString());

    public async Task UntilAsync(Func<HostingView, bool> condition, string what)
    {
        var end = Now.AddHours(6);
        while (!condition(await HostingAsync()))
        {
            Assert.True(Now < end, $"Not {what} after six hours: {await HostingAsync()}");
            var next = await NextDueAsync() ?? Now;
            Cluster.Clock.Advance(next > Now ? next - Now : TimeSpan.FromSeconds(1));
            await WakeAsync();
        }
    }

    /// <summary>Wakes the domain as its reminder would, and lets what is due come to its end.</summary>
    public async Task WakeAsync()
    {
        await Domain.AsReference<IRemindable>().ReceiveReminder("watch", default);
        await SettleAsync();
    }

    /// <summary>Until every effect that is due was carried out and came back; where an answer is withheld, time passes for it.</summary>
    public async Task SettleAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var held = Simulator.HeldAsync(over.Token);
        await Poll.Until(
            async () =>
            {
                if (held.IsCompletedSuccessfully)
                {
                    Cluster.Clock.Advance(HeldFor);
                    held = Simulator.HeldAsync(over.Token);
                }
                return (await StoredAsync()) is var state && state.Work.All(work => work.DueAt > Now) && (state.NextCheckAt is not { } check || check > Now);
            },
            Limit,
            "what is due came to its end");
        await over.CancelAsync();
        await held.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await LookAtWhatMustHoldAsync();
    }

    /// <summary>As it lies in the storage.</summary>
    public async Task<DomainState> StoredAsync()
    {
        var state = new GrainState<DomainState>(new DomainState());
        await Cluster.Services.GetRequiredKeyedService<IGrainStorage>(StateNames.Storage).ReadStateAsync(StateNames.Domain, Domain.GetGrainId(), state);
        return state.State ?? new DomainState();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    /// <summary>A policy is never missing while senders may have it cached, and the hostname is there for exactly as long.</summary>
    private async Task LookAtWhatMustHoldAsync()
    {
        if (await Domain.GetView(Workspace) is not { Hosting: { } hosting })
            return;
        var (served, hostname) = (await ServedAsync(), await HostnameAsync());
        if (hosting.SafeToRemoveAt is { } end && hosting.State is not (HostingState.Off or HostingState.AwaitingCname))
            safeAt = end;
        switch (hosting.State)
        {
            case HostingState.Off or HostingState.AwaitingCname:
                Assert.Null(served);
                Assert.True(Now >= safeAt || safeAt == DateTimeOffset.MinValue, "nothing is served before the clock has run out");
                Assert.True(hostname is null || MayBeMissing, "a hostname is left at Cloudflare that nobody is served under");
                return;
            case HostingState.Live or HostingState.Retiring:
                Assert.True(hostname is not null || MayBeMissing, "the hostname is not at Cloudflare");
                break;
            case HostingState.Removing:
                Assert.True(Now >= safeAt, "removed before the clock has run out");
                break;
        }
        var policy = Assert.IsType<PolicyReading.Accepted>(PolicyReader.ReadStrict(System.Text.Encoding.ASCII.GetBytes(served!))).Policy;
        if (hosting.State is HostingState.Retiring or HostingState.Removing)
            Assert.Equal(PolicyMode.None, policy.Mode);
    }

    private async Task<DateTimeOffset?> NextDueAsync()
    {
        var state = await StoredAsync();
        var due = state.Work.Select(work => (DateTimeOffset?)work.DueAt).Append(state.NextCheckAt).Min();
        return state.Serving == ServingState.Retiring && (await HostingAsync()).SafeToRemoveAt is { } end && (due is null || end < due) ? end : due;
    }

    private static CloudflareSimulator Start(SimulatorOptions options, InMemoryDns dns, IHostApplicationBuilder host)
    {
        var clock = (TimeProvider)host.Services.First(service => service.ServiceType == typeof(TimeProvider) && !service.IsKeyedService && service.ImplementationInstance is not null).ImplementationInstance!;
        return CloudflareSimulator.StartAsync(options, dns, clock, Cancelled).GetAwaiter().GetResult();
    }

    private static void Configure(IHostApplicationBuilder host, InMemoryDns dns, Func<CloudflareSimulator> simulator)
    {
        host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Hosting:Provider"] = CloudflareModule.ProviderName,
            ["Cloudflare:ApiToken"] = Token,
            ["Cloudflare:ZoneId"] = Options.ZoneId,
            ["Cloudflare:ApiUrl"] = simulator().ApiUrl.ToString(),
        });
        var services = host.Services;
        services.AddReportGrains();
        services.AddSingleton<IDnsLookup>(dns);
        services.Configure<NamingOptions>(naming => (naming.HostingTarget, naming.HostnameProvider) = (Target, CloudflareModule.ProviderName));
        host.AddModules(ModuleCatalog.Of(host.Configuration, TimeProvider.System, [new CloudflareModule()]));
    }
}
