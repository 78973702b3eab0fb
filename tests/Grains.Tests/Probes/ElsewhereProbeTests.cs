using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Local;
using MtaSts.Modules.Testing;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Probes;

/// <summary>The policy that another service serves is fetched if the domain announces one. If it announces none, nothing is fetched.</summary>
public sealed class ElsewhereProbeTests
{
    [Theory]
    [InlineData("v=STSv1; id=1;", true)]
    [InlineData("v=STSv1; id=;", true)]
    [InlineData("V=STSv1; id=1;", true)]
    [InlineData("v=spf1 -all", false)]
    [InlineData(null, false)]
    public async Task Check_OfADomainWithItsPolicyElsewhere_FetchesItIfItIsAnnounced(string? record, bool isFetched)
    {
        var dns = new InMemoryDns();
        var fetcher = new CountingFetcher();
        await using var cluster = await StartAsync(dns, fetcher);
        dns.Publish("mta-sts.walk.example", DnsType.Cname, "policies.other.example");
        if (record is not null)
            dns.Publish("_mta-sts.walk.example", DnsType.Txt, record);

        var seen = await cluster.Grains.Probe().Check("walk.example");

        Assert.Equal(isFetched ? ["mta-sts.walk.example"] : [], fetcher.Hosts);
        Assert.Equal(isFetched ? PolicyMode.Enforce : null, seen.Elsewhere?.Content?.Mode);
        Assert.Null(seen.Fetch);
    }

    /// <summary>Lookups that use all of their time leave the fetch its own: slow DNS here is not a slow policy host.</summary>
    [Fact]
    public async Task Check_WithSlowLookups_FetchesWithATimeOfItsOwn()
    {
        var dns = new SlowMx();
        var fetcher = new CountingFetcher();
        await using var cluster = await StartAsync(dns, fetcher);
        dns.Records.Publish("mta-sts.walk.example", DnsType.Cname, "policies.other.example");
        dns.Records.Publish("_mta-sts.walk.example", DnsType.Txt, "v=STSv1; id=1;");

        var check = cluster.Grains.Probe().Check("walk.example");
        await dns.IsAsked.Task.WaitAsync(TestContext.Current.CancellationToken);
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        var seen = await check;

        Assert.Equal(DnsStatus.Failed, seen.Mx.Status);
        Assert.Equal(["mta-sts.walk.example"], fetcher.Hosts);
        Assert.False(fetcher.WasCancelled);
    }

    private static Task<TestCluster> StartAsync(IDnsLookup dns, IPolicyFetcher fetcher) => TestCluster.StartAsync(configure: host =>
    {
        host.Services.AddReportGrains();
        host.Services.AddSingleton(dns);
        host.Services.AddSingleton(fetcher);
        host.Services.AddSingleton<IHostnameProviders>(new OnlyLocal(new LocalHostnameProvider(dns)));
        host.Services.AddSingleton(new NamingOptions());
    });

    /// <summary>Answers everything at once but the MX lookup, which waits until it is given up.</summary>
    private sealed class SlowMx : IDnsLookup
    {
        public InMemoryDns Records { get; } = new();

        public TaskCompletionSource IsAsked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
        {
            if (type != DnsType.Mx)
                return await Records.QueryAsync(name, type, cancellationToken);
            var givenUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellationToken.Register(givenUp.SetResult);
            IsAsked.TrySetResult();
            await givenUp.Task;
            return DnsAnswer.Empty(DnsStatus.Failed, "no answer in time");
        }
    }

    private sealed class CountingFetcher : IPolicyFetcher
    {
        public List<string> Hosts { get; } = [];

        public bool WasCancelled { get; private set; }

        public Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken)
        {
            Hosts.Add(policyHost);
            WasCancelled |= cancellationToken.IsCancellationRequested;
            return Task.FromResult<PolicyFetch?>(new PolicyFetch(default, null, "hash", ["192.0.2.1"], null) { Content = new PolicyContent(PolicyMode.Enforce, ["mx1.walk.example"], 86_400) });
        }
    }

    private sealed class OnlyLocal(IHostnameProvider provider) : IHostnameProviders
    {
        public IHostnameProvider Configured => provider;

        public IHostnameProvider? Find(string id) => id == provider.Id ? provider : null;
    }
}
