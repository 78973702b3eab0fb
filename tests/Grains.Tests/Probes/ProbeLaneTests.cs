using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Probes;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Local;
using MtaSts.Modules.Testing;
using Orleans.Concurrency;
using Xunit;

namespace MtaSts.Grains.Tests.Probes;

/// <summary>Name servers that do not answer keep nobody waiting but their own domains.</summary>
public sealed class ProbeLaneTests
{
    /// <summary>Far more than a machine has cores.</summary>
    private const int Silent = 40;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Check_WhileManySilentServersAreWaitedFor_IsNotKeptWaiting()
    {
        var dns = new SilentDns();
        await using var cluster = await TestCluster.StartAsync(configure: host =>
        {
            host.Services.AddReportGrains();
            host.Services.AddSingleton<IDnsLookup>(dns);
            host.Services.AddSingleton<IHostnameProviders>(new OnlyLocal(new LocalHostnameProvider(dns)));
            host.Services.AddSingleton(new NamingOptions());
        });
        var waiting = Enumerable.Range(0, Silent).Select(i => cluster.Grains.Probe().Check($"name{i}.silent.example")).ToArray();

        var seen = await cluster.Grains.Probe().Check("answered.example").WaitAsync(Limit);

        Assert.Equal(DnsStatus.NoName, seen.Mx.Status);
        Assert.DoesNotContain(waiting, check => check.IsCompleted);
        dns.Answer.SetResult();
        await Task.WhenAll(waiting);
    }

    [Theory]
    [InlineData(typeof(ProbeGrain))]
    [InlineData(typeof(ReconcilerGrain))]
    public void Workers_ThatWaitForOthers_AreMoreThanCores(Type grain) =>
        Assert.InRange(Assert.IsType<int>(grain.GetCustomAttributesData().Single(one => one.AttributeType == typeof(StatelessWorkerAttribute)).ConstructorArguments[0].Value), Silent, 1_000);

    private sealed class SilentDns : IDnsLookup
    {
        private readonly InMemoryDns rest = new();

        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
        {
            if (name.EndsWith(".silent.example", StringComparison.Ordinal))
                await Answer.Task;
            return await rest.QueryAsync(name, type, cancellationToken);
        }
    }

    private sealed class OnlyLocal(IHostnameProvider provider) : IHostnameProviders
    {
        public IHostnameProvider Configured => provider;

        public IHostnameProvider? Find(string id) => id == provider.Id ? provider : null;
    }
}
