using MtaSts.Grains;
using MtaSts.Host.Mx;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Mx;

/// <summary>Many domains have the same MX hosts, which must not be dialled for each of them; and what several silent ones show together.</summary>
public sealed class MxShareTests : IDisposable
{
    private readonly MxScene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public async Task Probe_ManyDomainsWithOneHost_ConnectToItOnceInFiveMinutes()
    {
        var commands = new List<string>();
        await using var server = new ScriptedMx(ScriptedMx.Orderly(MxScene.Certificate(scene.Authority), commands));
        string[] domains = [.. Enumerable.Range(0, 50).Select(static i => $"d{i}.example.com")];
        foreach (var domain in domains)
            scene.Dns.Publish(domain, DnsType.Mx, MxScene.Host);
        var first = await scene.ProbeSharedAsync(domains[0], server.Port);
        scene.Clock.Advance(TimeSpan.FromMinutes(4));

        var probes = await Task.WhenAll(domains.Select(domain => scene.ProbeSharedAsync(domain, server.Port)));

        Assert.Equal(1, server.Connections);
        Assert.All(probes, probe => Assert.Equal(MxOutcome.Encrypted, Assert.Single(Assert.Single(probe.Hosts).Addresses).Outcome));
        Assert.All(probes, probe => Assert.Equal(first.Hosts[0].At, probe.Hosts[0].At)); // When it was seen, not when it was asked for.
        await scene.ProbeSharedAsync(domains[1], server.Port, isAwaited: true); // Somebody has changed something.
        Assert.Equal(2, server.Connections);
        scene.Clock.Advance(MxLimits.SharedFor);
        await scene.ProbeSharedAsync(domains[2], server.Port);
        Assert.Equal(3, server.Connections);
    }

    /// <summary>At the same moment, the places of a network bound the connections.</summary>
    [Fact]
    public async Task Probe_ManyDomainsAtOnce_ConnectNoMoreThanTheNetworksPlaces()
    {
        await using var server = new ScriptedMx(ScriptedMx.Orderly(MxScene.Certificate(scene.Authority), []));
        string[] domains = [.. Enumerable.Range(0, 50).Select(static i => $"d{i}.example.com")];
        foreach (var domain in domains)
            scene.Dns.Publish(domain, DnsType.Mx, MxScene.Host);
        await Task.WhenAll(domains.Select(domain => scene.ProbeSharedAsync(domain, server.Port)));
        Assert.InRange(server.Connections, 1, MxLimits.AtOncePerNetwork);
    }

    /// <summary>The comparison with the TLSA records is part of the result.</summary>
    [Fact]
    public async Task Probe_TlsaRecordsChanged_ConnectsAgain()
    {
        await using var server = new ScriptedMx(ScriptedMx.Orderly(MxScene.Certificate(scene.Authority), []));
        scene.PublishTlsa("3 1 1 " + new string('A', 64));
        var stale = await scene.ProbeSharedAsync(MxScene.Domain, server.Port);
        var key = Assert.Single(stale.Hosts[0].Addresses).Certificate!.KeyFingerprint;
        scene.PublishTlsa("3 1 1 " + key);

        var fresh = await scene.ProbeSharedAsync(MxScene.Domain, server.Port);

        Assert.Equal((DaneMatch.NotMatched, DaneMatch.Matched), (stale.Hosts[0].Addresses[0].Dane, fresh.Hosts[0].Addresses[0].Dane));
        Assert.Equal(2, server.Connections);
    }

    /// <summary>RFC 7672 §3.2.2: under a trust anchor a certificate may be for the mail domain, which is another one for each domain.</summary>
    [Fact]
    public async Task Probe_CertificateForTheMailDomain_IsSharedWithNoOther()
    {
        await using var server = await Peers.PostfixServer.StartAsync(MxScene.Domain, "discard:", scene.Tls(MxScene.Certificate(scene.Authority, name: MxScene.Domain), withRoot: true));
        using var root = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(scene.Authority.RootPem);
        scene.PublishTlsa("2 1 1 " + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(root.PublicKey.ExportSubjectPublicKeyInfo())));
        scene.Dns.Publish("other.example.net", DnsType.Mx, MxScene.Host);

        var own = await scene.ProbeSharedAsync(MxScene.Domain, server.Port);
        var other = await scene.ProbeSharedAsync("other.example.net", server.Port);

        Assert.Equal((DaneMatch.Matched, DaneMatch.OtherName), (own.Hosts[0].Addresses[0].Dane, other.Hosts[0].Addresses[0].Dane));
    }

    [Fact]
    public void Keep_MoreThanTheLimit_KeepsTheYoungOnes()
    {
        var share = new MxShare(scene.Clock);
        for (var i = 0; i <= MxLimits.Shared; i++)
            Keep($"mx{i}.example.com");
        Assert.NotNull(Find("mx0.example.com"));
        Assert.Null(Find($"mx{MxLimits.Shared}.example.com"));
        scene.Clock.Advance(MxLimits.SharedFor);
        Keep("late.example.com");
        Assert.NotNull(Find("late.example.com"));

        void Keep(string host) => share.Keep(Key(host), new MxAddress("192.0.2.1", MxOutcome.Refused), scene.Clock.GetTimestamp());
        (MxAddress, TimeSpan)? Find(string host) => share.Find(Key(host), MxLimits.SharedFor);
        static MxShare.Key Key(string host) => MxShare.Key.Of(new MxTarget(host, "example.com", [], host), System.Net.IPAddress.Parse("192.0.2.1"));
    }

    [Fact]
    public void Port25_SeveralHostsSilent_IsToldToTheOperatorUntilOneAnswers()
    {
        var watch = new Port25Watch(scene.Clock);
        for (var i = 0; i < 5; i++)
            Assert.Equal(Port25State.Unknown, watch.Saw("ws-alice", [Host("mx.provider.example", MxOutcome.NoAnswer)]).All); // Domains of one provider, which may be down.
        Assert.Null(watch.Problem);
        watch.Saw("ws-alice", [Host("mx1.example.com", MxOutcome.Refused)]);
        Assert.Equal(Port25State.Blocked, watch.Saw("ws-alice", [Host("mx2.example.com", MxOutcome.NoAnswer)]).All);
        Assert.Contains("port 25", watch.Problem, StringComparison.Ordinal);
        Assert.Equal(Port25State.Open, watch.Saw("ws-alice", [Host("mx3.example.com", MxOutcome.Closed)]).All);
        Assert.Null(watch.Problem);
    }

    [Fact]
    public void Port25_SilentOverIpv6Alone_IsToldAsThat()
    {
        var watch = new Port25Watch(scene.Clock);
        foreach (var name in new[] { "a", "b", "c" })
            watch.Saw("ws-alice", [new MxHost(name, 10, null, TlsaState.None, [], [new MxAddress("192.0.2.1", MxOutcome.Encrypted), new MxAddress("2001:db8::1", MxOutcome.NoAnswer)], default)]);
        Assert.Contains("over IPv6", watch.Problem, StringComparison.Ordinal);
    }

    private static MxHost Host(string name, MxOutcome outcome) => new(name, 10, null, TlsaState.None, [], [new MxAddress("192.0.2.1", outcome)], default);
}
