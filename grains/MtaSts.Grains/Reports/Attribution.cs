using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>What attribution made of an envelope's reports.</summary>
/// <param name="Contributions">For each claimed domain what a report adds to its scorecard.</param>
/// <param name="Notes">What was left out, for people.</param>
/// <param name="Foreign">Domains nobody here claimed.</param>
internal sealed record Attributed(
    IReadOnlyList<(string Domain, ScorecardContribution Contribution)> Contributions,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Foreign,
    string? OutOfRange);

/// <summary>
/// Decides whose a report is: by the token it was addressed to and the policy-domain inside, never by headers that any
/// sender can write; those only fill a gap.
/// </summary>
internal static class Attribution
{
    /// <summary>A report whose day lies further ahead than this has a wrong date.</summary>
    public static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(2);

    /// <summary>No report is older than the first drafts of the RFC; earlier days are wrong, and would make months without end.</summary>
    public static readonly DateTimeOffset Earliest = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="claim">Finds the workspace's claim on a domain; null when it has none.</param>
    public static async Task<Attributed> Of(DecodeResult.Decoded decoded, EnvelopeMessage envelope, string envelopeId, Func<string, Task<ClaimView?>> claim, DateTimeOffset now)
    {
        var contributions = new List<(string, ScorecardContribution)>();
        var foreign = new SortedSet<string>(StringComparer.Ordinal);
        var notes = new List<string>();
        string? outOfRange = null;
        foreach (var report in decoded.Reports)
        {
            notes.AddRange(report.Mended.Select(mend => mend.Text));
            if (report.Start > now + FurthestAhead || report.Start < Earliest)
            {
                outOfRange = $"The report's day, {report.Day:yyyy-MM-dd}, lies too far from today to be counted.";
                continue;
            }
            var fallback = Fallback(report, decoded.Mail, envelope);
            var byDomain = new Dictionary<string, List<ReportedPolicy>>(StringComparer.Ordinal);
            foreach (var policy in report.Policies)
            {
                if (await Owner(policy, fallback, envelope.Domain, claim) is { } owner)
                    (byDomain.TryGetValue(owner, out var list) ? list : byDomain[owner] = []).Add(policy with { PolicyDomain = owner });
                else
                    foreign.Add(policy.PolicyDomain ?? fallback ?? "(no domain)");
            }
            foreach (var (domain, policies) in byDomain)
                contributions.Add((domain, Contribution(report with { Policies = policies }, domain, envelope, envelopeId)));
        }
        if (contributions.Count > 0 && foreign.Count > 0)
            notes.Add($"Parts about domains this workspace has not claimed were left out: {Names.Listed([.. foreign])}.");
        return new Attributed(contributions, notes, [.. foreign], outOfRange);
    }

    private static async Task<string?> Owner(ReportedPolicy policy, string? fallback, string? addressed, Func<string, Task<ClaimView?>> claim)
    {
        var domain = policy.PolicyDomain ?? fallback;
        if (domain is null)
            return null;
        if (await claim(domain) is not null)
            return domain;
        // A DANE policy is reported under the name of the MX host.
        return addressed is not null && await claim(addressed) is { } own && own.MxHosts.Contains(domain, StringComparer.OrdinalIgnoreCase) ? addressed : null;
    }

    // A policy that names no domain: the report's only other one, the header, the file's name, the claim it was addressed to.
    private static string? Fallback(TlsReport report, MailFacts? mail, EnvelopeMessage envelope)
    {
        var named = report.PolicyDomains;
        return (named.Count == 1 ? named[0] : null)
            ?? mail?.TlsReportDomain
            ?? mail?.FileName?.PolicyDomain
            ?? ReportFileName.TryParse(envelope.FileName)?.PolicyDomain
            ?? envelope.Domain;
    }

    private static ScorecardContribution Contribution(TlsReport report, string domain, EnvelopeMessage envelope, string envelopeId)
    {
        var types = SessionCount.ByPolicyType(report, domain);
        var sessions = SessionCount.Of(report, domain)!;
        return new ScorecardContribution
        {
            Identity = ReportIdentity.Of(report, domain),
            ContentHash = ReportIdentity.ContentHash(report, domain),
            EnvelopeId = envelopeId,
            Organization = report.OrganizationName ?? report.Submitter ?? "(unnamed)",
            ReportId = report.ReportId,
            Start = report.Start,
            End = report.End,
            ReceivedAt = envelope.ReceivedAt,
            Source = envelope.Source,
            Sessions = new SessionTotals(sessions.Successful, sessions.Failed),
            ByPolicyType = [.. types.Select(type => new PolicyTypeTotals(type.PolicyType, type.Successful, type.Failed) { FailedInDetails = ReportDigest.FailedInDetails(report, type.PolicyType) })],
            Failures = ReportDigest.Failures(report),
            Reasons = ReportDigest.Reasons(report),
            Policies = ReportDigest.Policies(report),
            Mended = report.Mended.Count,
        };
    }
}
