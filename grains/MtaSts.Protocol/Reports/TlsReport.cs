namespace MtaSts.Protocol.Reports;

/// <summary>One TLS report (RFC 8460 §4) as read: missing or malformed values were corrected and are listed in <see cref="Mended"/>.</summary>
/// <remarks>All content is untrusted. Its size is bounded by <see cref="ReportLimits"/>: encode it for display.</remarks>
public sealed record TlsReport
{
    /// <summary><c>organization-name</c>; null when absent. Some reporters write a host name here.</summary>
    public string? OrganizationName { get; init; }

    /// <summary><c>contact-info</c>, meant to be a mail address (§4.4); null when absent or JSON <c>null</c>, which is common.</summary>
    public string? ContactInfo { get; init; }

    /// <summary><c>report-id</c>, an opaque text. Unique at most per submitter; null when absent or empty.</summary>
    public string? ReportId { get; init; }

    /// <summary><c>start-datetime</c> in UTC (offset zero).</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary><c>end-datetime</c> in UTC (offset zero): some reporters write 23:59:59, others the next midnight, so the day is taken from <see cref="Start"/>.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>The policies, in the order of the report. Several may count the same sessions: see <see cref="SessionCount"/>.</summary>
    public IReadOnlyList<ReportedPolicy> Policies { get; init; } = [];

    /// <summary>Deviations from RFC 8460 and how they were read, at most <see cref="ReportLimits.MaxMends"/>.</summary>
    public IReadOnlyList<Mend> Mended { get; init; } = [];

    /// <summary>What was truncated by a limit; <see cref="Truncations.None"/> when the report was read completely.</summary>
    public Truncations Truncated { get; init; }

    /// <summary>The reporter: the domain of <see cref="ContactInfo"/> in lower-case A-labels, else <see cref="OrganizationName"/>; null when both are absent.</summary>
    public string? Submitter => ReportDomains.OfAddress(ContactInfo) ?? OrganizationName;

    /// <summary>The domain of <see cref="ContactInfo"/> in lower-case A-labels, compared with the report mail's signature; null when it contains no address.</summary>
    public string? ContactDomain => ReportDomains.OfAddress(ContactInfo);

    /// <summary>The UTC day the report is counted for: the day of <see cref="Start"/> (§4.1 requires a whole UTC day).</summary>
    public DateOnly Day => DateOnly.FromDateTime(Start.UtcDateTime);

    /// <summary>The range is one UTC day, as §4.1 requires: from a midnight to the next, or to the second before.</summary>
    public bool IsUtcDay => Start.UtcDateTime.TimeOfDay == TimeSpan.Zero && End - Start is var range && range <= TimeSpan.FromDays(1) && range >= TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1);

    /// <summary>The domains in the report, each once, in order of appearance; policies without a domain add nothing.</summary>
    public IReadOnlyList<string> PolicyDomains
    {
        get
        {
            var domains = new List<string>(1);
            foreach (var policy in Policies)
                if (policy.PolicyDomain is { } domain && !domains.Contains(domain))
                    domains.Add(domain);
            return domains;
        }
    }

    /// <summary>
    /// The same report with <paramref name="domain"/> set where a policy names none. Some reporters omit <c>policy-domain</c> from
    /// <c>no-policy-found</c>; the caller knows the domain from the <c>TLS-Report-Domain</c> header or from the report's recipient address.
    /// </summary>
    public TlsReport WithPolicyDomain(string domain)
    {
        var normal = ReportDomains.Normalise(domain);
        return Policies.All(p => p.PolicyDomain is not null)
            ? this
            : this with { Policies = [.. Policies.Select(p => p.PolicyDomain is null ? p with { PolicyDomain = normal } : p)] };
    }
}
