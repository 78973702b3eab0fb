using System.Text.Json.Serialization;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains;

/// <summary>The result of a probe of a domain's MX hosts, as a sender sees them.</summary>
/// <param name="At">When the probe began.</param>
/// <param name="Mx">
/// <c>Found</c> also for a domain without MX records that has an address and therefore is its own MX host (RFC 5321 §5.1). <c>NoData</c>: the domain has no MX host, or publishes a null MX (RFC 7505).
/// </param>
/// <param name="Hosts">By preference; at most 10.</param>
/// <param name="OmittedHosts">Hosts beyond the limit, which were not probed.</param>
/// <param name="Port25">Whether connections from here to port 25 can succeed at all. While it is blocked, connections that fail say nothing of the hosts.</param>
/// <param name="Problem">Why the MX records are not known; null unless <paramref name="Mx"/> is <c>Failed</c>.</param>
/// <param name="Port25OverIpv6">As <paramref name="Port25"/>, for IPv6 alone: networks drop it more often.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MxProbe")]
public sealed record MxProbe(
    [property: Id(0), JsonPropertyName("domain")] string Domain,
    [property: Id(1), JsonPropertyName("at")] DateTimeOffset At,
    [property: Id(2), JsonPropertyName("mx")] DnsStatus Mx,
    [property: Id(3), JsonPropertyName("hosts")] IReadOnlyList<MxHost> Hosts,
    [property: Id(4), JsonPropertyName("omittedHosts")] int OmittedHosts = 0,
    [property: Id(5), JsonPropertyName("port25")] Port25State Port25 = Port25State.Unknown,
    [property: Id(6), JsonPropertyName("problem")] string? Problem = null,
    [property: Id(7), JsonPropertyName("port25OverIpv6")] Port25State Port25OverIpv6 = Port25State.Unknown);

/// <summary>One MX host.</summary>
/// <param name="Name">In A-labels, without trailing dot.</param>
/// <param name="Fault">Why addresses are missing; null when they are all known.</param>
/// <param name="Tlsa">Whether DANE applies to the host.</param>
/// <param name="TlsaRecords">The TLSA records of <paramref name="TlsaBase"/>, in presentation format; at most 8.</param>
/// <param name="Addresses">At most 8.</param>
/// <param name="At">When the oldest of the connections began: those to hosts of many domains are shared for some minutes.</param>
/// <param name="TlsaBase">The name below which the TLSA records were found, <c>_25._tcp</c> of it: the host, or the name that its alias leads to (RFC 7672 §2.2.2); null without any.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MxHost")]
public sealed record MxHost(
    [property: Id(0), JsonPropertyName("name")] string Name,
    [property: Id(1), JsonPropertyName("preference")] int Preference,
    [property: Id(2), JsonPropertyName("fault")] FetchFault? Fault,
    [property: Id(3), JsonPropertyName("tlsa")] TlsaState Tlsa,
    [property: Id(4), JsonPropertyName("tlsaRecords")] IReadOnlyList<string> TlsaRecords,
    [property: Id(5), JsonPropertyName("addresses")] IReadOnlyList<MxAddress> Addresses,
    [property: Id(6), JsonPropertyName("at")] DateTimeOffset At,
    [property: Id(7), JsonPropertyName("tlsaBase")] string? TlsaBase = null)
{
    /// <summary>The addresses as input of <see cref="MxRules"/>.</summary>
    [JsonIgnore]
    public IEnumerable<MxSession> Sessions => Addresses.Select(static address => address.Session);
}

/// <summary>The result of a connection to one address of an MX host.</summary>
/// <param name="Detail">See <see cref="MxOutcome"/>; at most 200 printable ASCII characters, which the server can choose.</param>
/// <param name="TlsVersion"><c>1.2</c> or <c>1.3</c>; null without a TLS session.</param>
/// <param name="Certificate">The server's certificate; null without one.</param>
/// <param name="Dane">How the server's certificates compare with the TLSA records, also when these are not validated; null without certificates or records.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MxAddress")]
public sealed record MxAddress(
    [property: Id(0), JsonPropertyName("address")] string Address,
    [property: Id(1), JsonPropertyName("outcome")] MxOutcome Outcome,
    [property: Id(2), JsonPropertyName("detail")] string? Detail = null,
    [property: Id(3), JsonPropertyName("tlsVersion")] string? TlsVersion = null,
    [property: Id(4), JsonPropertyName("certificate")] MxCertificate? Certificate = null,
    [property: Id(5), JsonPropertyName("dane")] DaneMatch? Dane = null)
{
    /// <summary>The connection as the rules read it.</summary>
    [JsonIgnore]
    public MxSession Session => new(Outcome, Certificate?.Facts, Dane);
}

/// <summary>The certificate of an MX host.</summary>
/// <param name="Fingerprint">SHA-256 of the certificate in lower-case hexadecimal. It changes when the certificate is renewed.</param>
/// <param name="Issuer">The issuer's distinguished name; at most 200 printable ASCII characters.</param>
/// <param name="Names">Its DNS-IDs; at most 5, the one that matches the host first. <paramref name="NamesHost"/> considers all.</param>
/// <param name="OmittedNames">DNS-IDs beyond the limit.</param>
/// <param name="NamesHost">One of them matches the host (RFC 8461 §4.2).</param>
/// <param name="KeyFingerprint">SHA-256 of its public key in lower-case hexadecimal, as a TLSA record <c>3 1 1</c> has it.</param>
/// <param name="ChainFault">Why it does not chain to a trusted root, as flags of .NET's <c>X509ChainStatusFlags</c>; null when it does. Its own dates are not considered.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MxCertificate")]
public sealed record MxCertificate(
    [property: Id(0), JsonPropertyName("fingerprint")] string Fingerprint,
    [property: Id(1), JsonPropertyName("issuer")] string Issuer,
    [property: Id(2), JsonPropertyName("notBefore")] DateTimeOffset NotBefore,
    [property: Id(3), JsonPropertyName("notAfter")] DateTimeOffset NotAfter,
    [property: Id(4), JsonPropertyName("names")] IReadOnlyList<string> Names,
    [property: Id(5), JsonPropertyName("omittedNames")] int OmittedNames,
    [property: Id(6), JsonPropertyName("namesHost")] bool NamesHost,
    [property: Id(7), JsonPropertyName("chainFault")] string? ChainFault,
    [property: Id(8), JsonPropertyName("keyFingerprint")] string KeyFingerprint = "")
{
    /// <summary>The certificate as input of <see cref="MxRules"/>.</summary>
    [JsonIgnore]
    public MxCertificateFacts Facts => new(NotBefore, NotAfter, ChainFault is null, NamesHost);
}

/// <summary>Connects to MX hosts as a sender does, without sending mail. Safe for concurrent use.</summary>
public interface IMxProbe
{
    /// <summary>Probes the MX hosts of a domain. Time (30 s), bytes, and the numbers of hosts and addresses are limited; failures are returned, not thrown. Null when this service is configured not to connect to MX hosts.</summary>
    /// <param name="domain">In A-labels, without trailing dot.</param>
    /// <param name="workspaceId">A workspace that has a claim on the domain.</param>
    /// <param name="isAwaited">Somebody waits for the result of a change: connections are shared only with probes of the last seconds, otherwise of the last minutes.</param>
    /// <param name="cancellationToken">Ends the probe early: what was not tried says so.</param>
    Task<MxProbe?> ProbeAsync(string domain, string workspaceId, bool isAwaited, CancellationToken cancellationToken);
}

/// <summary>Probes MX hosts: a stateless worker, so that slow servers never block a domain grain.</summary>
[Alias("MtaSts.IMxProbeGrain")]
public interface IMxProbeGrain : IGrainWithIntegerKey
{
    /// <summary>Probes the domain's MX hosts and reports the result to its grain, without waiting for it. A probe that nobody awaits and that is not due any more is omitted.</summary>
    /// <param name="workspaceId">A workspace that has a claim on the domain.</param>
    [Alias("Probe"), Orleans.Concurrency.OneWay]
    Task Probe(string domain, string workspaceId, bool isAwaited);
}

/// <summary>Which connections to port 25 a network blocks.</summary>
public enum Port25Block
{
    /// <summary>None that is known.</summary>
    None,

    /// <summary>Those over IPv6.</summary>
    Ipv6,

    /// <summary>All.</summary>
    All,
}

/// <summary>Whether this silo's network lets connections to port 25 out, for the operator.</summary>
public interface IPort25Status
{
    /// <summary>What is blocked.</summary>
    Port25Block Blocked { get; }

    /// <summary>What is blocked, what does not work as a result, and what to do; null while nothing shows it. Contains nothing confidential.</summary>
    string? Problem { get; }
}
