using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>Which envelopes a signature can vouch for, and whose it has to be (RFC 8460 §3).</summary>
internal static class Authenticity
{
    private const string Https = "source.https";
    private const string Upload = "source.upload";

    /// <summary>
    /// Nothing is signed over HTTPS. What a member uploads may be a mail, but one of another day, whose key may have gone from the DNS since: a
    /// verdict would tell of the key, not of the mail.
    /// </summary>
    public static bool IsSignable(string source, MailFacts? mail) => mail is not null && source is not (Https or Upload);

    /// <summary>A member who uploads a report vouches for it.</summary>
    public static bool IsVouchedFor(string source, DkimVerdict verdict) => verdict == DkimVerdict.Pass || source == Upload;

    /// <summary>
    /// Who has to have signed: the domain of each report's contact-info, as the body is what counts (§5.6). Where a report has none, what the mail says
    /// of its submitter, at last its From.
    /// </summary>
    public static IReadOnlyList<string> Submitters(DecodeResult.Decoded decoded) =>
        [.. decoded.Reports.Select(report => report.ContactDomain ?? decoded.Mail?.TlsReportSubmitter ?? decoded.Mail?.FromDomain).OfType<string>()
            .Where(name => DomainName.TryParse(name, out _, out _)).Distinct(StringComparer.Ordinal)];
}
