using System.Collections.Immutable;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>One cause is one alert: a fault of an MX host that the probe sees, and the failures that senders report because of it.</summary>
internal static class MxCauses
{
    private static readonly ImmutableDictionary<string, string> KindOf = ImmutableDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create(ResultTypes.StarttlsNotSupported, AlertKinds.MxNoStarttls),
        KeyValuePair.Create(ResultTypes.CertificateExpired, AlertKinds.MxCertificateExpired),
        KeyValuePair.Create(ResultTypes.CertificateHostMismatch, AlertKinds.MxCertificateOtherName),
        KeyValuePair.Create(ResultTypes.CertificateNotTrusted, AlertKinds.MxCertificateNotTrusted),
        KeyValuePair.Create(ResultTypes.TlsaInvalid, AlertKinds.MxTlsaNotMatched),
    ]);

    /// <summary>Whether reports may show the kind of alert too.</summary>
    public static bool IsOne(string kind) => KindOf.ContainsValue(kind);

    /// <summary>
    /// Joins the failures that the probe explains to its alert. They stay there until the reports agree that it is over; those of a new organisation only while the probe shows the fault,
    /// because anyone could keep the alert open with them.
    /// </summary>
    public static ImmutableArray<FailingRow> Join(ImmutableArray<FailingRow> failing, ImmutableArray<MxCause> causes) =>
    [
        .. failing.Select(row => row with
        {
            Kind = KindOf.TryGetValue(row.ResultType, out var kind) && causes.Any(cause => cause.Kind == kind && string.Equals(cause.Mx, row.Mx.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)) ? kind
                : row.IsNew ? null : row.Kind,
        }),
    ];
}
