using MtaSts.Application.Domains;
using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>A domain's MX hosts as last probed.</summary>
/// <param name="Probed">False: this service does not connect to MX hosts (setting <c>Outside:ProbeMx</c>).</param>
/// <param name="At">When the last probe started; null before the first one.</param>
/// <param name="Status">Result of the look-up of the MX records; null before the first probe. While it is <c>failed</c>, the hosts are those last found.</param>
/// <param name="Problem">Why the MX records are not known.</param>
/// <param name="Port25">Whether connections from this service to port 25 can succeed at all. Unless it is <c>open</c>, addresses without an answer say nothing of the host.</param>
/// <param name="Mode">The mode of the policy that the hosts are compared with; null when there is none.</param>
/// <param name="Hosts">By preference; at most 10.</param>
/// <param name="OmittedHosts">Hosts beyond the limit, which are not probed.</param>
internal sealed record MxResource(
    bool Probed, DateTimeOffset? At, DnsStatus? Status, string? Problem, Port25State? Port25, PolicyMode? Mode, IReadOnlyList<ProbedHostResource> Hosts, int OmittedHosts)
{
    public static MxResource Of(MxReport report) => new(
        report.IsProbed,
        report.Probe?.At,
        report.Probe?.Mx,
        report.Probe?.Problem,
        report.Probe?.Port25,
        report.Mode,
        [.. report.Hosts.Select(ProbedHostResource.Of)],
        report.Probe?.OmittedHosts ?? 0);
}

/// <summary>One MX host.</summary>
/// <param name="At">When it was connected to; connections to hosts of several domains are shared for some minutes.</param>
/// <param name="InPolicy">An mx line of the policy covers it; null without a policy.</param>
/// <param name="Problem">Why addresses are missing.</param>
/// <param name="MtaSts">What a sender does that enforces MTA-STS.</param>
/// <param name="Dane">What a sender does that uses DANE.</param>
/// <param name="Tlsa">Whether DANE applies to the host.</param>
/// <param name="TlsaRecords">In presentation format.</param>
/// <param name="TlsaBase">The name below which the TLSA records were found: the host, or the name that its alias leads to.</param>
internal sealed record ProbedHostResource(
    string Name,
    int Preference,
    DateTimeOffset At,
    bool? InPolicy,
    string? Problem,
    MxVerdictResource MtaSts,
    MxVerdictResource Dane,
    TlsaState Tlsa,
    IReadOnlyList<string> TlsaRecords,
    string? TlsaBase,
    IReadOnlyList<ProbedAddressResource> Addresses)
{
    public static ProbedHostResource Of(MxHostReport report) => new(
        report.Host.Name,
        report.Host.Preference,
        report.Host.At,
        report.IsInPolicy,
        report.Host.Fault?.Text,
        MxVerdictResource.Of(report.MtaSts),
        MxVerdictResource.Of(report.Dane),
        report.Host.Tlsa,
        report.Host.TlsaRecords,
        report.Host.TlsaBase,
        [.. report.Host.Addresses.Select(ProbedAddressResource.Of)]);
}

/// <summary>What a sender does with mail for an MX host.</summary>
/// <param name="Reason">The first reason in the order in which senders look; null when nothing is wrong.</param>
/// <param name="ResultType">The result type that it reports (RFC 8460 §4.3); null when it reports no failure.</param>
internal sealed record MxVerdictResource(SenderAction Action, MxReason? Reason, string? ResultType)
{
    public static MxVerdictResource Of(MxVerdict verdict) => new(verdict.Action, verdict.Reason == MxReason.None ? null : verdict.Reason, verdict.ResultType);
}

/// <summary>A connection to one address of an MX host.</summary>
/// <param name="Outcome">How far it came.</param>
/// <param name="Detail">The server's answer, or the TLS library's reason.</param>
/// <param name="TlsVersion"><c>1.2</c> or <c>1.3</c>; null without a session.</param>
/// <param name="Certificate">The server's certificate; null without one.</param>
/// <param name="Dane">How its certificates compare with the TLSA records; null without certificate or records.</param>
internal sealed record ProbedAddressResource(string Address, MxOutcome Outcome, string? Detail, string? TlsVersion, MxCertificateResource? Certificate, DaneMatch? Dane)
{
    public static ProbedAddressResource Of(MxAddress seen) => new(seen.Address, seen.Outcome, seen.Detail, seen.TlsVersion, MxCertificateResource.Of(seen.Certificate), seen.Dane);
}

/// <summary>The certificate of an MX host.</summary>
/// <param name="Fingerprint">SHA-256 of the certificate in lower-case hexadecimal.</param>
/// <param name="KeyFingerprint">SHA-256 of its public key in lower-case hexadecimal, as a TLSA record <c>3 1 1</c> has it.</param>
/// <param name="Issuer">The issuer's distinguished name.</param>
/// <param name="Names">Its DNS-IDs, the one that matches the host first; at most 5.</param>
/// <param name="OmittedNames">DNS-IDs beyond the limit.</param>
/// <param name="NamesHost">One of them matches the host.</param>
/// <param name="ChainFault">Why it does not chain to a trusted root, apart from its own dates; null when it does.</param>
internal sealed record MxCertificateResource(
    string Fingerprint, string KeyFingerprint, string Issuer, DateTimeOffset ValidFrom, DateTimeOffset ExpiresAt, IReadOnlyList<string> Names, int OmittedNames, bool NamesHost, string? ChainFault)
{
    public static MxCertificateResource? Of(MxCertificate? seen) =>
        seen is null ? null : new(seen.Fingerprint, seen.KeyFingerprint, seen.Issuer, seen.NotBefore, seen.NotAfter, seen.Names, seen.OmittedNames, seen.NamesHost, seen.ChainFault);
}
