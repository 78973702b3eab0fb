using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Reports;
using MtaSts.Modules.Testing;

namespace MtaSts.Host.Tests.Modules;

/// <summary>What of the host modules need, without the rest of it.</summary>
internal static class HostScene
{
    public static void AddTo(IServiceCollection services, TimeProvider clock, string provider)
    {
        services.AddSingleton(clock);
        services.AddSingleton<IDnsLookup>(new NoDns());
        services.AddSingleton<IReportInbox>(new InMemoryInbox());
        services.AddSingleton<IHostApplicationLifetime>(new AlreadyStarted());
        services.AddSingleton<IHostedNames>(new NoNames());
        services.AddSingleton(Options.Create(new NamingOptions { HostnameProvider = provider }));
    }

    private sealed class AlreadyStarted : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }

    private sealed class NoNames : IHostedNames
    {
        public ValueTask<HostedState> FindAsync(string policyHost) => ValueTask.FromResult(HostedState.NotHosted);
    }

    internal sealed class NoDns : IDnsLookup
    {
        public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken) => Task.FromResult(DnsAnswer.Empty(DnsStatus.NoName));
    }
}
