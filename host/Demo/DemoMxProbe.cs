using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Demo;

/// <summary>The demo's replacement for connections to MX hosts: the demo's domains exist only in this process. Each story shows what its reports tell of.</summary>
internal sealed class DemoMxProbe(DemoZone zone, TimeProvider clock) : IMxProbe
{
    private const string Issuer = "CN=Example Public CA R3, O=Example Trust Services";

    /// <summary>The lifetime of a certificate that is renewed every two months.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    public async Task<MxProbe?> ProbeAsync(string domain, string workspaceId, bool isAwaited, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var mx = await zone.QueryAsync(domain, DnsType.Mx, cancellationToken);
        var story = DemoDomain.All.FirstOrDefault(known => known.Name == domain)?.Story;
        return new MxProbe(domain, at, mx.Status, [.. mx.Records.Select((record, index) => Host(record, index, story, at))], Port25: Port25State.Open, Port25OverIpv6: Port25State.Open);
    }

    private static MxHost Host(DnsRecord mx, int index, DemoStory? story, DateTimeOffset at)
    {
        var isSecond = index == 1;
        // Documentation addresses (RFC 5737, RFC 3849).
        string[] addresses = [$"192.0.2.{10 + index}", $"2001:db8::{10 + index}"];
        MxAddress[] seen = [.. addresses.Select(address => story switch
        {
            DemoStory.Monitored when isSecond => new MxAddress(address, MxOutcome.NoStarttls),
            DemoStory.ExpiredCertificate when isSecond => Encrypted(address, Certificate(mx.Value, at - Lifetime - TimeSpan.FromDays(2))),
            DemoStory.StaleId when isSecond => Encrypted(address, Certificate(mx.Value, at - TimeSpan.FromDays(75))), // Its renewal is late.
            _ => Encrypted(address, Certificate(mx.Value, at - TimeSpan.FromDays(20 + index))),
        })];
        var isSigned = story == DemoStory.Healthy;
        return new MxHost(
            mx.Value,
            mx.Preference,
            null,
            isSigned ? TlsaState.Present : TlsaState.Insecure,
            isSigned ? [$"3 1 1 {Fingerprint(mx.Value)}"] : [],
            isSigned ? [.. seen.Select(static address => address with { Dane = DaneMatch.Matched })] : seen,
            at,
            isSigned ? mx.Value : null);
    }

    private static MxAddress Encrypted(string address, MxCertificate certificate) => new(address, MxOutcome.Encrypted, TlsVersion: "1.3", Certificate: certificate);

    private static MxCertificate Certificate(string host, DateTimeOffset from) =>
        new(Fingerprint(host + from.UtcDateTime.Date.Ticks), Issuer, from, from + Lifetime, [host], 0, NamesHost: true, ChainFault: null, Fingerprint(host));

    private static string Fingerprint(string of) => PolicyFetch.HashOf(System.Text.Encoding.ASCII.GetBytes(of));
}
