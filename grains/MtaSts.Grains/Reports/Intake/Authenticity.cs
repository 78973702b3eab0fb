using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>Rules for envelopes that a signature can verify, and the required signer (RFC 8460 §3).</summary>
internal static class Authenticity
{
    private const string Https = "source.https";
    private const string Upload = "source.upload";

    /// <summary>
    /// HTTPS reports have no signature. An uploaded mail may be old, and its key may have been removed from the DNS: a
    /// verdict would depend on the key, not on the mail.
    /// </summary>
    public static bool IsSignable(string source, MailFacts? mail) => mail is not null && source is not (Https or Upload);

    /// <summary>A report uploaded by a member counts as verified.</summary>
    public static bool IsVouchedFor(string source, DkimVerdict verdict) => verdict == DkimVerdict.Pass || source == Upload;

    /// <summary>
    /// The required signers: the domain of each report's contact-info, because the body takes precedence (§5.6). If a report has none, the submitter
    /// in the mail's headers, otherwise its From.
    /// </summary>
    public static IReadOnlyList<string> Submitters(DecodeResult.Decoded decoded) =>
        [.. decoded.Reports.Select(report => report.ContactDomain ?? decoded.Mail?.TlsReportSubmitter ?? decoded.Mail?.FromDomain).OfType<string>()
            .Where(name => DomainName.TryParse(name, out _, out _)).Distinct(StringComparer.Ordinal)];
}
