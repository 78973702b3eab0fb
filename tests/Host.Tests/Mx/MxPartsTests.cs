using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains;
using MtaSts.Host.Dns;
using MtaSts.Host.Fetch;
using MtaSts.Host.Mx;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Mx;

public sealed class MxPartsTests
{
    [Theory]
    [InlineData("probe.example.net", "https://mta.example.com", "silo.example.org", "probe.example.net")]
    [InlineData(null, "https://mta.example.com/", "silo.example.org", "mta.example.com")]
    [InlineData("", "https://bücher.example", "silo", "xn--bcher-kva.example")]
    [InlineData(null, "https://192.0.2.1", "silo.example.org", "silo.example.org")]
    [InlineData(null, "https://[2001:db8::1]", "silo", null)]
    [InlineData(null, null, "localhost", null)]
    [InlineData(null, null, "under_score.example", null)]
    public void Choose_FirstFullName_IsTheOne(string? setting, string? publicUrl, string machine, string? expected) =>
        Assert.Equal(expected, EhloName.Choose(setting, publicUrl, machine));

    [Theory]
    [InlineData("192.0.2.77", "192.0.2.0")]
    [InlineData("2001:db8:1:2:3::4", "2001:db8:1::")]
    public void Network_OfAnAddress_IsWhatOneOperatorHas(string address, string expected) => Assert.Equal(IPAddress.Parse(expected), MxLanes.Network(IPAddress.Parse(address)));

    [Fact]
    public async Task Enter_MoreThanANetworksOrTheSilosPlaces_Waits()
    {
        using var lanes = new MxLanes();
        var held = new List<IDisposable>();
        for (var i = 0; i < MxLimits.AtOncePerNetwork; i++)
            held.Add(await lanes.EnterAsync(new IPAddress([192, 0, 2, (byte)i]), TestContext.Current.CancellationToken));
        var waiting = lanes.EnterAsync(IPAddress.Parse("192.0.2.200"), TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        for (var i = 0; held.Count < MxLimits.AtOnce; i++)
            held.Add(await lanes.EnterAsync(new IPAddress([198, 51, (byte)i, 1]), TestContext.Current.CancellationToken));
        var last = lanes.EnterAsync(IPAddress.Parse("203.0.113.1"), TestContext.Current.CancellationToken).AsTask();
        Assert.False(last.IsCompleted);

        held[^1].Dispose();
        Assert.True((await last).IsAcquired);
        held[0].Dispose();
        Assert.True((await waiting).IsAcquired);
    }

    [Fact]
    public async Task BoundedStream_MoreThanItsLimit_FailsThere()
    {
        await using var stream = new BoundedStream(new MemoryStream(new byte[10]), 10);
        Assert.Equal(10, await stream.ReadAtLeastAsync(new byte[20], 10, cancellationToken: TestContext.Current.CancellationToken));
        Assert.False(stream.IsExceeded);
        await Assert.ThrowsAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.True(stream.IsExceeded);
    }

    [Fact]
    public void PrintableText_OfAServersText_IsBoundedAscii()
    {
        Assert.Equal("a b?c?", PrintableText.Of(" a\nb\u001bcü\r\n"));
        Assert.Equal(MxLimits.Text, PrintableText.Of(new string('x', 10_000)).Length);
    }

    /// <summary>The probe as the host registers it. The address of the MX host is loopback, which is not public, so no connection is made.</summary>
    [Fact]
    public async Task AddMxProbe_AsTheHostDoes_Probes()
    {
        Peer.RequireProgram("named", "bind9");
        await using var bind = await BindServer.StartAsync();
        bind.Set("mail.test", "MX", "10 mx.mail.test.");
        await bind.PublishAsync("mx.mail.test", "A", "127.0.0.1");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration["Dns:Servers"] = bind.Address.ToString();
        builder.Services.AddSingleton(TimeProvider.System).AddLogging().AddOptions<Host.Dashboard.PublicUrlOptions>();
        builder.AddDns();
        builder.AddFetch();
        builder.AddMxProbe();
        await using var services = (ServiceProvider)new DefaultServiceProviderFactory().CreateServiceProvider(builder.Services);

        var probe = (await services.GetRequiredService<IMxProbe>().ProbeAsync("mail.test", "ws-alice", isAwaited: true, TestContext.Current.CancellationToken))!;

        var host = Assert.Single(probe.Hosts);
        Assert.Equal(("mx.mail.test", TlsaState.Insecure), (host.Name, host.Tlsa));
        Assert.Equal(MxOutcome.PrivateAddress, Assert.Single(host.Addresses).Outcome);
    }
}
