using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Protocol.Reports;

/// <summary>
/// Identifies a report for one domain, so that a repeated delivery is recognised. Reporters send twice when they serve two addresses or retry
/// (RFC 8460 §5.5), and a report-id alone is not unique.
/// </summary>
/// <remarks>
/// Both keys are the first 128 bits of a SHA-256 in base64url (22 characters). The canonical form that is hashed is a sequence of fields, each
/// written as its length in UTF-8 bytes in decimal, a colon, the bytes, and a line feed; an absent field is a single hyphen and a line feed.
/// These forms are stored: any change must change the version in their first field.
/// </remarks>
public static class ReportIdentity
{
    /// <summary>
    /// The key of (submitter, report-id, policy-domain, start, end). Canonical fields: <c>tlsrpt-id-1</c>; the submitter in lower case;
    /// <c>id</c> and the report-id, or <c>content</c> and <see cref="ContentHash"/> when the report has no report-id; the policy domain;
    /// start and end in Unix seconds.
    /// </summary>
    public static string Of(TlsReport report, string policyDomain)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var form = new CanonicalForm("tlsrpt-id-1");
        form.Add(report.Submitter?.ToLowerInvariant());
        var identified = !string.IsNullOrEmpty(report.ReportId);
        form.Add(identified ? "id" : "content");
        form.Add(identified ? report.ReportId : ContentHash(report, policyDomain));
        form.Add(ReportDomains.Normalise(policyDomain));
        form.Add(report.Start.ToUnixTimeSeconds());
        form.Add(report.End.ToUnixTimeSeconds());
        return form.Key();
    }

    /// <summary>
    /// The key of the report's content for one domain: two deliveries with the same <see cref="Of"/> and different content hashes contradict
    /// each other. Canonical fields: <c>tlsrpt-content-1</c>; organization-name, contact-info, policy domain, start, end; then for each policy of
    /// the domain, in order: <c>policy</c>, type, number and elements of policy-string, number and elements of mx-host, successful, failed, number of details;
    /// and for each detail its eight fields in the order of <see cref="FailureDetail"/>.
    /// </summary>
    public static string ContentHash(TlsReport report, string policyDomain)
    {
        ArgumentNullException.ThrowIfNull(report);
        var domain = ReportDomains.Normalise(policyDomain);
        using var form = new CanonicalForm("tlsrpt-content-1");
        form.Add(report.OrganizationName);
        form.Add(report.ContactInfo);
        form.Add(domain);
        form.Add(report.Start.ToUnixTimeSeconds());
        form.Add(report.End.ToUnixTimeSeconds());
        foreach (var policy in report.Policies)
        {
            if (policy.PolicyDomain != domain)
                continue;
            form.Add("policy");
            form.Add(policy.PolicyType);
            form.Add(policy.PolicyString);
            form.Add(policy.MxHost);
            form.Add(policy.Successful);
            form.Add(policy.Failed);
            form.Add(policy.Details.Count);
            foreach (var detail in policy.Details)
            {
                form.Add(detail.ResultType);
                form.Add(detail.SendingMtaIp);
                form.Add(detail.ReceivingMxHostname);
                form.Add(detail.ReceivingMxHelo);
                form.Add(detail.ReceivingIp);
                form.Add(detail.FailedSessions);
                form.Add(detail.AdditionalInformation);
                form.Add(detail.FailureReasonCode);
            }
        }
        return form.Key();
    }

    private readonly struct CanonicalForm : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public CanonicalForm(string version) => Add(version);

        public void Add(string? field)
        {
            if (field is null)
            {
                _hash.AppendData("-\n"u8);
                return;
            }
            var bytes = Encoding.UTF8.GetBytes(field);
            _hash.AppendData(Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture) + ":"));
            _hash.AppendData(bytes);
            _hash.AppendData("\n"u8);
        }

        public void Add(long number) => Add(number.ToString(CultureInfo.InvariantCulture));

        public void Add(IReadOnlyList<string> list)
        {
            Add(list.Count);
            foreach (var element in list)
                Add(element);
        }

        public string Key() => Base64Url.EncodeToString(_hash.GetHashAndReset().AsSpan(0, 16));

        public void Dispose() => _hash.Dispose();
    }
}
