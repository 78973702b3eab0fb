using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Local;
using MtaSts.Modules.Testing;
using Xunit;

namespace MtaSts.Modules.Tests.Local;

public sealed class LocalHostnameProviderContractTests : HostnameProviderContract
{
    protected override Task<HostnameProviderScene> SetUpAsync() => Task.FromResult(Scenes.With(dns => new LocalHostnameProvider(dns)));
}

public sealed class ReferenceHostnameProviderContractTests : HostnameProviderContract
{
    protected override Task<HostnameProviderScene> SetUpAsync() =>
        Task.FromResult(Scenes.With(dns => new ReferenceHostnameProvider(dns, TimeProvider.System)));
}

public sealed class LocalHostnameProviderTests
{
    private readonly InMemoryDns dns = new();
    private readonly HostnameRequest request = new("mta-sts.example.com", "token.mta-sts.service.net");

    [Fact]
    public async Task Ensure_CnameElsewhere_NamesTheTarget()
    {
        dns.Publish(request.PolicyHost, DnsType.Cname, "other.service.net");
        var pending = Assert.IsType<HostnameProgress.Pending>(await new LocalHostnameProvider(dns).EnsureAsync(request, default));
        Assert.Contains(request.CnameTarget, pending.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_DnsOutage_SaysNothingAboutTheName()
    {
        dns.Outage = "time-out";
        var pending = Assert.IsType<HostnameProgress.Pending>(await new LocalHostnameProvider(dns).EnsureAsync(request, default));
        Assert.Contains("time-out", pending.Reason, StringComparison.Ordinal);
        Assert.Null(pending.NextStep);
    }
}

internal static class Scenes
{
    public static HostnameProviderScene With(Func<InMemoryDns, IHostnameProvider> make)
    {
        var dns = new InMemoryDns();
        var request = new HostnameRequest("mta-sts.example.com", "token.mta-sts.service.net");
        return new HostnameProviderScene(make(dns), request, () =>
        {
            dns.Publish(request.PolicyHost, DnsType.Cname, request.CnameTarget);
            return Task.CompletedTask;
        });
    }
}
