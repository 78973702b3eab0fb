namespace MtaSts.Protocol.Reports;

/// <summary>One TLS report (RFC 8460 §4) as read: what was missing or malformed has been mended and is told in <see cref="Mended"/>.</summary>
/// <remarks>Everything in it was written by an outsider. It is bounded by <see cref="ReportLimits"/> and otherwise untrusted: encode it where it is shown.</remarks>
public sealed record TlsReport
{
    /// <summary><c>organization-name</c>; null when absent. Some reporters write a host name here.</summary>
    public string? OrganizationName { get; init; }

    /// <summary><c>contact-info</c>, meant to be a mail address (§4.4); null when absent or JSON <c>null</c>, which is common.</summary>
    public string? ContactInfo { get; init; }

    /// <summary><c>report-id</c>, an opaque text. Unique at best for its submitter; null when absent or empty.</summary>
    public string? ReportId { get; init; }

    /// <summary><c>start-datetime</c> in UTC (offset zero).</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary><c>end-datetime</c> in UTC (offset zero): 23:59:59 with some reporters, the next midnight with others, so days go by <see cref="Start"/>.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>The policies, in the order of the report. Several may tell of the same sessions: see <see cref="SessionCount"/>.</summary>
    public IReadOnlyList<ReportedPolicy> Policies { get; init; } = [];

    /// <summary>What was not as RFC 8460 wants it and how it was read nevertheless, at most <see cref="ReportLimits.MaxMends"/>.</summary>
    public IReadOnlyList<Mend> Mended { get; init; } = [];

    /// <summary>What a limit cut off; <see cref="Truncations.None"/> when the report was read whole.</summary>
    public Truncations Truncated { get; init; }

    /// <summary>Who reports: the domain of <see cref="ContactInfo"/> in lower-case A-labels, else <see cref="OrganizationName"/>; null when both are absent.</summary>
    public string? Submitter => ReportDomains.OfAddress(ContactInfo) ?? OrganizationName;

    /// <summary>The domain of <see cref="ContactInfo"/> in lower-case A-labels, which a report mail's signature is compared with; null when it holds no address.</summary>
    public string? ContactDomain => ReportDomains.OfAddress(ContactInfo);

    /// <summary>The UTC day the report is counted for: the day of <see cref="Start"/> (§4.1 wants a whole UTC day).</summary>
    public DateOnly Day => DateOnly.FromDateTime(Start.UtcDateTime);

    /// <summary>The range is one UTC day, as §4.1 wants it: from a midnight to the next, or to the second before.</summary>
    public bool IsUtcDay => Start.UtcDateTime.TimeOfDay == TimeSpan.Zero && End - Start is var range && range <= TimeSpan.FromDays(1) && range >= TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1);

    /// <summary>The domains the report tells of, each once, in order of appearance; policies without a domain add nothing.</summary>
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
    /// The same report with <paramref name="domain"/> put where a policy names none. Some reporters leave <c>policy-domain</c> out of
    /// <c>no-policy-found</c>; the caller knows the domain from the <c>TLS-Report-Domain</c> header or from the address the report came to.
    /// </summary>
    public TlsReport WithPolicyDomain(string domain)
    {
        var normal = ReportDomains.Normalise(domain);
        return Policies.All(p => p.PolicyDomain is not null)
            ? this
            : this with { Policies = [.. Policies.Select(p => p.PolicyDomain is null ? p with { PolicyDomain = normal } : p)] };
    }
}
