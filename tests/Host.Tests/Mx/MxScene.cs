using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Dns;
using MtaSts.Host.Fetch;
using MtaSts.Host.Mx;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Mx;

/// <summary>A domain with one MX host on loopback, an authority that the probe trusts, and a clock that the test advances.</summary>
internal sealed class MxScene : IDisposable
{
    public const string Domain = "example.com";
    public const string Host = "mx.example.com";
    private const string TlsaName = "_25._tcp." + Host;

    private readonly TempFolder folder = new();
    private readonly MxShare share;
    private readonly TrustedRoots roots;

    public MxScene()
    {
        share = new MxShare(Clock);
        Dns.Publish(Domain, DnsType.Mx, Host);
        Dns.Publish(Host, DnsType.A, "127.0.0.1");
        File.WriteAllText(folder["roots.pem"], Authority.RootPem);
        Options = new FetchOptions { AllowPrivateAddresses = true, TrustedRootsPath = folder["roots.pem"], EhloName = "probe.example.net" };
        roots = new TrustedRoots(Microsoft.Extensions.Options.Options.Create(Options), Clock, NullLogger<TrustedRoots>.Instance);
    }

    public TestAuthority Authority { get; } = new();

    public InMemoryDns Dns { get; } = new();

    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public FetchOptions Options { get; }

    public MxLanes Lanes { get; } = new();

    /// <summary>A name whose look-up throws; null for none.</summary>
    public string? ThrowsAt { get; set; }

    public Port25Watch Port25 { get; } = new(TimeProvider.System);

    /// <summary>Whether the resolver is trusted and marks every answer as validated.</summary>
    public bool IsSigned { get; set; }

    /// <summary>Names of zones that are not signed although <see cref="IsSigned"/>.</summary>
    public HashSet<string> Unsigned { get; } = [];

    public static TestCertificate Certificate(TestAuthority authority, int hoursFrom = -1, int hoursUntil = 100, string name = Host)
    {
        var now = TimeProvider.System.GetUtcNow();
        return authority.IssueFor(TestCertificate.ForServers, now.AddHours(hoursFrom), now.AddHours(hoursUntil), name);
    }

    public void PublishTlsa(params string[] records)
    {
        IsSigned = true;
        Dns.Publish(TlsaName, DnsType.Tlsa, records);
    }

    /// <summary>Writes the key and the chain to a file, and returns the settings with which Postfix uses it.</summary>
    public string[] Tls(TestCertificate certificate, bool withRoot = false)
    {
        File.WriteAllText(folder["chain.pem"], certificate.Key + "\n" + certificate.Pem + "\n" + (withRoot ? Authority.RootPem + "\n" : ""));
        return ["smtpd_tls_security_level = may", $"smtpd_tls_chain_files = {folder["chain.pem"]}", "smtpd_tls_loglevel = 1"];
    }

    /// <summary>A probe that shares nothing with earlier ones.</summary>
    public Task<MxProbe> ProbeAsync(int port, CancellationToken cancellationToken = default) => ProbeAsync(Domain, port, isAwaited: false, new MxShare(Clock), cancellationToken);

    /// <summary>A probe on the silo of the other ones of this kind.</summary>
    public Task<MxProbe> ProbeSharedAsync(string domain, int port, bool isAwaited = false) => ProbeAsync(domain, port, isAwaited, share, default);

    private async Task<MxProbe> ProbeAsync(string domain, int port, bool isAwaited, MxShare connections, CancellationToken cancellationToken)
    {
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        var dialogue = new MxDialogue(roots, new EhloName(options, Microsoft.Extensions.Options.Options.Create(new PublicUrlOptions())), options, Clock) { Port = port };
        var prober = new MxProber(ThrowsAt is { } name ? new ThrowingDns(Dns, name) : IsSigned ? new SignedDns(Dns, Unsigned) : Dns, new DnsTrust(IsSigned), dialogue, Lanes, connections, Port25, options, Clock, NullLogger<MxProber>.Instance);
        return (await prober.ProbeAsync(domain, "ws-alice", isAwaited, cancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken))!;
    }

    /// <summary>Probes the domain and returns the only address of its only host.</summary>
    public async Task<MxAddress> ProbeOneAsync(int port) => Assert.Single(Assert.Single((await ProbeAsync(port)).Hosts).Addresses);

    /// <summary>Probes the domain, and advances the clock by exactly the time limit of an address when <paramref name="isThere"/> completes.</summary>
    public async Task<MxAddress> ProbeUntilTimeoutAsync(ScriptedMx server, Task isThere)
    {
        var probing = ProbeOneAsync(server.Port);
        await isThere.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Clock.Advance(MxLimits.Address);
        return await probing;
    }

    public MxVerdict MtaSts(MxProbe probe) => MxRules.MtaSts(Host, [MxPattern.Parse(Host)], Assert.Single(probe.Hosts).Sessions, Clock.GetUtcNow());

    public void Dispose()
    {
        roots.Dispose();
        Lanes.Dispose();
        Authority.Dispose();
        folder.Dispose();
    }

    private sealed class ThrowingDns(IDnsLookup inner, string throwsAt) : IDnsLookup
    {
        public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken) =>
            name == throwsAt ? throw new InvalidOperationException("A fault of the look-up.") : inner.QueryAsync(name, type, cancellationToken);
    }

    /// <summary>Follows an alias, as a resolver does: the answer is validated when the alias and its target are.</summary>
    private sealed class SignedDns(IDnsLookup inner, HashSet<string> unsigned) : IDnsLookup
    {
        public async Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
        {
            if (type is not DnsType.Cname && await inner.QueryAsync(name, DnsType.Cname, cancellationToken) is { Status: DnsStatus.Found, Records: [var alias, ..] })
                return await QueryAsync(alias.Value, type, cancellationToken) is var target && unsigned.Contains(name) ? target with { IsAuthentic = false } : target;
            return await inner.QueryAsync(name, type, cancellationToken) with { IsAuthentic = !unsigned.Contains(name) };
        }
    }
}
