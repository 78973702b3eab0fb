using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains;
using MtaSts.Host.Dns;
using MtaSts.Host.Fetch;
using MtaSts.Host.Mx;
using MtaSts.Modules.Dns;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Mx;

/// <summary>TLSA records through a real resolver that validates: signed, broken, and not signed.</summary>
public sealed class MxDnssecTests
{
    private const string Record = "3 1 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public async Task Probe_ThroughAValidatingResolver_TellsSignedBrokenAndUnsignedApart()
    {
        await using var servers = await DnssecServers.StartAsync($"""
            @ IN MX 10 mx
            mx IN A 127.0.0.1
            _25._tcp.mx IN TLSA {Record}
            aliased IN MX 10 alias
            alias IN CNAME mx
            bare IN MX 10 without
            without IN A 127.0.0.1
            """);
        await using var services = Services(servers, trusted: null);
        var dns = services.GetRequiredService<IDnsLookup>();
        Assert.True((await dns.QueryAsync(DnssecServers.Zone, DnsType.Mx, TestContext.Current.CancellationToken)).IsAuthentic);
        Assert.Equal(DnsStatus.Failed, (await dns.QueryAsync("_25._tcp.mx." + DnssecServers.BrokenZone, DnsType.Tlsa, TestContext.Current.CancellationToken)).Status); // SERVFAIL

        Assert.Equal((TlsaState.Present, Record, "mx." + DnssecServers.Zone), await TlsaAsync(services, DnssecServers.Zone));
        Assert.Equal((TlsaState.Present, Record, "mx." + DnssecServers.Zone), await TlsaAsync(services, "aliased." + DnssecServers.Zone));
        Assert.Equal((TlsaState.None, null, null), await TlsaAsync(services, "bare." + DnssecServers.Zone));
        // No answer: whether there are records is not known, and senders treat the host as unreachable (RFC 7672 §2.1.1).
        Assert.Equal((TlsaState.Failed, null, null), await TlsaAsync(services, DnssecServers.BrokenZone));
        Assert.Equal((TlsaState.Insecure, null, null), await TlsaAsync(services, DnssecServers.UnsignedZone));
        await using var distrustful = Services(servers, trusted: "false");
        Assert.Equal((TlsaState.NotValidated, Record, "mx." + DnssecServers.Zone), await TlsaAsync(distrustful, DnssecServers.Zone));
    }

    /// <summary>As the host sets it up; the addresses are private ones, to which it does not connect.</summary>
    private static ServiceProvider Services(DnssecServers servers, string? trusted)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration["Dns:Servers"] = servers.Address.ToString();
        builder.Configuration["Dns:TrustAuthenticatedData"] = trusted;
        builder.Services.AddSingleton(TimeProvider.System).AddLogging().AddOptions<Host.Dashboard.PublicUrlOptions>();
        builder.AddDns();
        builder.AddFetch();
        builder.AddMxProbe();
        return (ServiceProvider)new DefaultServiceProviderFactory().CreateServiceProvider(builder.Services);
    }

    private static async Task<(TlsaState State, string? Record, string? Base)> TlsaAsync(ServiceProvider services, string domain)
    {
        var probe = (await services.GetRequiredService<IMxProbe>().ProbeAsync(domain, "ws-alice", isAwaited: true, TestContext.Current.CancellationToken))!;
        var host = Assert.Single(probe.Hosts);
        return (host.Tlsa, host.TlsaRecords.SingleOrDefault(), host.TlsaBase);
    }
}
