using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtaSts.Application;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Local;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using MtaSts.Protocol;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>A cluster with a DNS of the test's own and the Local provider: the owner's hand, and the clock's.</summary>
internal sealed class DomainScene(TestCluster cluster, InMemoryDns dns, ReferenceDnsProvider dnsProvider)
{
    public const string Workspace = "ws-test";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>A member of the workspace.</summary>
    public static Actor Owner { get; } = Actor.Account(Workspace, "owner");

    public TestCluster Cluster => cluster;

    public InMemoryDns Dns => dns;

    /// <summary>Writes into <see cref="Dns"/>, where the scene was started with a zone to write in.</summary>
    public ReferenceDnsProvider DnsProvider => dnsProvider;

    public static async Task<DomainScene> StartAsync(TempStore? store = null, short silos = 1, string? recordZone = null, StorageFaults? faults = null, IMxProbe? mx = null, IRolloutJudge? judge = null)
    {
        var dns = new InMemoryDns();
        var dnsProvider = new ReferenceDnsProvider(dns);
        var cluster = await TestCluster.StartAsync(
            store,
            host =>
            {
                Configure(host, dns, dnsProvider, new NamingOptions { RecordZone = recordZone });
                faults?.Use(host.Services);
                if (judge is not null)
                    host.Services.AddSingleton(judge);
                if (mx is null)
                    return;
                host.Services.AddSingleton(mx);
                host.Services.Configure<Grains.Domains.HostingOptions>(static options => options.ProbeMx = true);
            },
            silos);
        await cluster.Grains.Workspace(Workspace).Create("Test", Plan.Pro, "owner@example.com");
        return new DomainScene(cluster, dns, dnsProvider);
    }

    public IDomainGrain Domain(string name) => cluster.Grains.Domain(name);

    public async Task<DomainView> View(string name) => (await Domain(name).GetView(Workspace))!;

    public async Task<DomainView> Claim(string name)
    {
        dns.Publish(name, DnsType.Mx, "mx1." + name);
        return (await cluster.Grains.Workspace(Workspace).ClaimDomain(name, "owner")).Value!;
    }

    public async Task PublishCname(string name) => dns.Publish("mta-sts." + name, DnsType.Cname, (await View(name)).CnameTarget);

    public Task Check(string name) => cluster.Grains.Probe().Check(name);

    public async Task GoLive(string name, PolicyMode mode, int maxAge)
    {
        await Claim(name);
        await Domain(name).PutPolicy(Workspace, new PolicyContent(mode, ["mx1." + name], maxAge), "owner", null, isOverridden: true);
        await cluster.Grains.Workspace(Workspace).EnableHosting(name, "owner");
        await PublishCname(name);
        await Check(name);
        await Until(name, view => view.Hosting.State == HostingState.Live);
    }

    public Task Until(string name, Func<DomainView, bool> condition) =>
        Poll.Until(async () => condition(await View(name)), Limit, $"{name} to come to the state expected");

    /// <summary>The policy's text as a gateway gets it; null is 404.</summary>
    public async Task<string?> Served(string name) =>
        await Domain(name).GetServedPolicy() is { } served ? System.Text.Encoding.ASCII.GetString(served.Body) : null;

    /// <summary>Lets time pass, and wakes the domain as its reminder would.</summary>
    public async Task Pass(string name, TimeSpan time)
    {
        cluster.Clock.Advance(time);
        await Wake(name);
    }

    public async Task Wake(string name)
    {
        await Domain(name).AsReference<IRemindable>().ReceiveReminder("watch", default);
    }

    private static void Configure(IHostApplicationBuilder host, InMemoryDns dns, ReferenceDnsProvider provider, NamingOptions names)
    {
        host.Services.AddReportGrains();
        host.Services.AddSingleton<IDnsLookup>(dns);
        host.Services.AddSingleton<IHostnameProviders>(new OnlyLocal(new LocalHostnameProvider(dns)));
        host.Services.AddSingleton<IDnsProviders>(new OnlyReference(provider));
        host.Services.AddSingleton(names);
    }

    private sealed class OnlyReference(IDnsProvider provider) : IDnsProviders
    {
        public IDnsProvider? Configured => provider;

        public IDnsProvider? Find(string id) => id == provider.Id ? provider : null;
    }

    private sealed class OnlyLocal(IHostnameProvider provider) : IHostnameProviders
    {
        public IHostnameProvider Configured => provider;

        public IHostnameProvider? Find(string id) => id == provider.Id ? provider : null;
    }
}
