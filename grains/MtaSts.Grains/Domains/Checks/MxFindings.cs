using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// What one probe of an MX host shows. Each kind is judged at each address by itself, and an address that says nothing of it (no answer of the DNS, an error as
/// greeting, no session) leaves what was known of it.
/// </summary>
internal static class MxFindings
{
    /// <summary>What an MX host should present, as far as it is the same for all.</summary>
    private const string Port = "25/tcp", Starttls = "STARTTLS", Tls = "TLS 1.2", Valid = "valid", Trusted = "trusted", Renewed = "renewed";

    /// <summary>The kinds that a session shows, in the order in which a sender looks.</summary>
    private static readonly string[] OfSessions =
    [
        AlertKinds.MxNoStarttls, AlertKinds.MxTlsFailed, AlertKinds.MxCertificateExpired, AlertKinds.MxCertificateNotTrusted, AlertKinds.MxCertificateOtherName, AlertKinds.MxCertificateEnds, AlertKinds.MxTlsaNotMatched,
    ];

    /// <summary>The findings of a host after a further probe.</summary>
    /// <param name="known">Those of all hosts before it.</param>
    /// <param name="calendar">For the certificate's dates.</param>
    public static IEnumerable<MxFinding> After(ImmutableArray<MxFinding> known, MxHost host, MxProbe probe, DateTimeOffset calendar)
    {
        var before = known.Where(finding => finding.Host == host.Name).ToDictionary(finding => finding.Kind, StringComparer.Ordinal);
        if (After(before.GetValueOrDefault(AlertKinds.MxUnreachable), AlertKinds.MxUnreachable, host, Silent(host, probe), address => IsUnsureOfReach(address, probe), calendar) is { } silent)
            yield return silent;
        foreach (var kind in OfSessions)
        {
            MxAddress[] failing = [.. host.Addresses.Where(address => Shows(address, host, kind, calendar))];
            if (After(before.GetValueOrDefault(kind), kind, host, failing, address => IsUnsure(address, host, kind), calendar) is { } finding)
                yield return finding;
        }
    }

    private static MxFinding? After(MxFinding? known, string kind, MxHost host, IReadOnlyList<MxAddress> failing, Predicate<MxAddress> isUnsure, DateTimeOffset calendar)
    {
        // A host without addresses: the DNS says so, or says nothing.
        var isWithoutAddress = kind == AlertKinds.MxUnreachable && host.Fault is { Kind: FetchFaultKind.NoAddress };
        string[] kept = [.. (known?.Addresses ?? []).Where(text => host.Addresses.FirstOrDefault(address => address.Address == text) is { } address ? isUnsure(address) : host.Fault is { Kind: FetchFaultKind.DnsFailed })];
        if (failing.Count == 0 && !isWithoutAddress)
            return kept.Length > 0 || (known is { Addresses.IsEmpty: true } && host.Fault is { Kind: FetchFaultKind.DnsFailed }) ? known! with { Addresses = [.. kept] } : null;
        var ending = kind == AlertKinds.MxCertificateEnds ? failing.MinBy(address => address.Certificate!.NotAfter)!.Certificate : null;
        return new MxFinding(
            kind,
            host.Name,
            known?.Since ?? host.At,
            host.At,
            [.. failing.Select(address => address.Address).Union(kept).Order(StringComparer.Ordinal)],
            isWithoutAddress ? [Port] : Expected(kind, host),
            isWithoutAddress ? [nameof(FetchFaultKind.NoAddress)] : [.. failing.SelectMany(address => Seen(address, kind)).Distinct().Order(StringComparer.Ordinal)],
            ending?.NotAfter,
            ending is not null && CertificateTerms.Judge(ending.NotBefore, ending.NotAfter, calendar) > CertificateTerm.RenewalLate);
    }

    /// <summary>The addresses of each family of which no address answers: senders try the next address, so one of several says nothing.</summary>
    private static IReadOnlyList<MxAddress> Silent(MxHost host, MxProbe probe) =>
        [.. host.Addresses.GroupBy(Family).Where(family => family.All(address => IsSilent(address, probe))).SelectMany(static family => family)];

    private static bool IsSilent(MxAddress address, MxProbe probe) => address.Outcome switch
    {
        MxOutcome.NoAnswer or MxOutcome.Refused => IsOpen(address, probe),
        MxOutcome.NotSmtp or MxOutcome.PrivateAddress => true,
        _ => false,
    };

    /// <summary>A connection that fails while nothing else has answered here may have failed in this service's own network.</summary>
    private static bool IsOpen(MxAddress address, MxProbe probe) =>
        (Family(address) == AddressFamily.InterNetworkV6 ? probe.Port25OverIpv6 : probe.Port25) == Port25State.Open;

    private static bool IsUnsureOfReach(MxAddress address, MxProbe probe) =>
        address.Outcome is MxOutcome.NotTried or MxOutcome.NoRoute or MxOutcome.Silent or MxOutcome.Closed || (Port25Evidence.IsSilence(address.Outcome) && !IsOpen(address, probe));

    private static AddressFamily Family(MxAddress address) => IPAddress.Parse(address.Address).AddressFamily;

    private static bool Shows(MxAddress address, MxHost host, string kind, DateTimeOffset calendar) => kind switch
    {
        AlertKinds.MxTlsaNotMatched => host.Tlsa == TlsaState.Present && address.Dane is DaneMatch.NotMatched or DaneMatch.OtherName or DaneMatch.Expired,
        AlertKinds.MxCertificateEnds => address.Certificate is { } certificate && CertificateTerms.Judge(certificate.NotBefore, certificate.NotAfter, calendar) is CertificateTerm.RenewalLate or CertificateTerm.RenewalUrgent,
        _ => MxRules.Faults(address.Session, calendar).Any(reason => KindOf(reason) == kind),
    };

    private static string? KindOf(MxReason reason) => reason switch
    {
        MxReason.NoStarttls => AlertKinds.MxNoStarttls,
        MxReason.NoTls => AlertKinds.MxTlsFailed,
        MxReason.CertificateExpired or MxReason.CertificateNotYetValid => AlertKinds.MxCertificateExpired,
        MxReason.CertificateNotTrusted => AlertKinds.MxCertificateNotTrusted,
        MxReason.CertificateForOtherName => AlertKinds.MxCertificateOtherName,
        _ => null,
    };

    /// <summary>The address says nothing of the kind: the connection did not come as far as that.</summary>
    private static bool IsUnsure(MxAddress address, MxHost host, string kind) => kind switch
    {
        AlertKinds.MxNoStarttls => address.Outcome < MxOutcome.NoStarttls,
        AlertKinds.MxTlsFailed => address.Outcome < MxOutcome.TlsFailed,
        AlertKinds.MxTlsaNotMatched => address.Outcome < MxOutcome.Encrypted || host.Tlsa == TlsaState.Failed,
        _ => address.Outcome < MxOutcome.Encrypted,
    };

    private static ImmutableArray<string> Expected(string kind, MxHost host) => kind switch
    {
        AlertKinds.MxUnreachable => [Port],
        AlertKinds.MxNoStarttls => [Starttls],
        AlertKinds.MxTlsFailed => [Tls],
        AlertKinds.MxCertificateExpired => [Valid],
        AlertKinds.MxCertificateNotTrusted => [Trusted],
        AlertKinds.MxCertificateOtherName => [host.Name],
        AlertKinds.MxCertificateEnds => [Renewed],
        _ => [.. host.TlsaRecords],
    };

    private static IEnumerable<string> Seen(MxAddress address, string kind) => (kind, address.Certificate) switch
    {
        (AlertKinds.MxCertificateExpired, { } certificate) => [$"{Date(certificate.NotBefore)}/{Date(certificate.NotAfter)}"],
        (AlertKinds.MxCertificateNotTrusted, { } certificate) => [$"{certificate.Issuer} ({certificate.ChainFault})"],
        (AlertKinds.MxCertificateOtherName, { } certificate) => certificate.Names,
        (AlertKinds.MxCertificateEnds, { } certificate) => [Date(certificate.NotAfter)],
        (AlertKinds.MxTlsaNotMatched, { } certificate) => [$"3 1 1 {certificate.KeyFingerprint}"],
        _ => [address.Detail ?? address.Outcome.ToString()],
    };

    internal static string Date(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
