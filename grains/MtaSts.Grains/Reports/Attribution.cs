using System.Globalization;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>What attribution made of an envelope's reports.</summary>
/// <param name="Contributions">For each claimed domain what a report adds to its scorecard.</param>
/// <param name="Notes">What was left out, for people.</param>
/// <param name="Foreign">Domains nobody here claimed.</param>
/// <param name="Ambiguous">An MX host of several domains, when the envelope was addressed to none.</param>
/// <param name="Nameless">A policy names no domain and nothing else tells which is meant: what to do.</param>
/// <param name="Implausible">Counts that no sender has (see <see cref="Attribution.MostSessions"/>).</param>
internal sealed record Attributed(
    IReadOnlyList<(string Domain, ScorecardContribution Contribution)> Contributions,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Foreign,
    string? OutOfRange,
    string? Ambiguous,
    string? Nameless,
    string? Implausible);

/// <summary>
/// Decides whose a report is: by the token it was addressed to and the policy-domain inside, never by headers that any
/// sender can write; those only fill a gap.
/// </summary>
/// <remarks>
/// A DANE policy is reported under the name of an MX host, which several domains may share. It counts for the domain whose address it came to, when that
/// one has the MX host; an upload, which came to no address, counts for the workspace's only domain with it. It is never counted for several: the
/// sessions were one domain's, and nobody can tell which.
/// </remarks>
internal sealed class Attribution(EnvelopeMessage envelope, string envelopeId, IWorkspaceClaims claims)
{
    /// <summary>A report whose day lies further ahead than this has a wrong date.</summary>
    public static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(2);

    /// <summary>No report is older than the first drafts of the RFC; earlier days are wrong, and would make months without end.</summary>
    public static readonly DateTimeOffset Earliest = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Kinds of failure kept of all reports in one envelope: what fifty reports may have. Bounds what is stored for an envelope of a thousand.</summary>
    private const int MaxFailures = 50 * ReportDigest.MaxFailures;

    /// <summary>Kinds of failure that each report keeps in any case.</summary>
    private const int LeastFailures = 5;

    /// <summary>
    /// Sessions that one report can tell of: 10^9 a day are more than the largest sender has with the largest mail domain. A forged report with more
    /// would hide all others behind it.
    /// </summary>
    public const long MostSessions = 1_000_000_000;

    private readonly SortedSet<string> foreign = new(StringComparer.Ordinal);
    private string? ambiguous;
    private bool isNameless;

    // Rows that the reports of one envelope may still have, together.
    private int failuresLeft = MaxFailures;

    private const string Nameless = "the report has a policy without a policy-domain, and neither its mail nor its file name tells which domain is meant. Have it sent to the report address of the domain, or upload it under the name that RFC 8460 §5.1 gives it: sender!domain!begin!end.json.";

    public async Task<Attributed> Of(DecodeResult.Decoded decoded, DateTimeOffset now)
    {
        var contributions = new List<(string, ScorecardContribution)>();
        var notes = new List<string>();
        var outOfRange = new SortedSet<DateOnly>();
        string? implausible = null;
        for (var i = 0; i < decoded.Reports.Count; i++)
        {
            var report = decoded.Reports[i];
            notes.AddRange(report.Mended.Select(mend => mend.Text));
            if (report.Start > now + FurthestAhead || report.Start < Earliest)
            {
                outOfRange.Add(report.Day);
                continue;
            }
            foreach (var (owner, policies) in await ByOwner(report, decoded.MailOf(i)))
            {
                if (policies.Any(policy => IsImplausible(policy)))
                    implausible = $"The report tells of more than {MostSessions.ToString("N0", CultureInfo.InvariantCulture)} sessions of {owner} on one day, which is not plausible. If the numbers are right, ask the sender how it counts.";
                else
                    contributions.Add((owner, Contribution(report, owner, policies)));
            }
        }
        if (contributions.Count > 0 && foreign.Count > 0)
            notes.Add($"Parts about domains this workspace has not claimed were left out: {Names.Listed([.. foreign])}.");
        if (contributions.Count > 0 && isNameless)
            notes.Add("A part was left out: " + Nameless);
        if (contributions.Count > 0 && ambiguous is not null)
            notes.Add("A part was left out: " + ambiguous);
        var tooFar = outOfRange.Count == 0 ? null : $"The report's day, {Names.Listed([.. outOfRange.Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))])}, lies too far from today to be counted.";
        if (contributions.Count > 0 && tooFar is not null)
            notes.Add("A report was left out: " + tooFar);
        if (contributions.Count > 0 && implausible is not null)
            notes.Add("A report was left out: " + implausible);
        return new Attributed(contributions, notes, [.. foreign], tooFar, ambiguous, isNameless ? Nameless : null, implausible);
    }

    private async Task<IReadOnlyDictionary<string, List<ReportedPolicy>>> ByOwner(TlsReport report, MailFacts? mail)
    {
        var byOwner = new Dictionary<string, List<ReportedPolicy>>(StringComparer.Ordinal);
        var fallback = report.Policies.Any(policy => policy.PolicyDomain is null) ? await Fallback(report, mail) : null;
        foreach (var policy in report.Policies)
        {
            var named = policy.PolicyDomain ?? fallback;
            if (named is null)
                isNameless = true;
            else if (await Owner(named) is { } owner)
                (byOwner.TryGetValue(owner, out var list) ? list : byOwner[owner] = []).Add(policy with { PolicyDomain = named });
        }
        return byOwner;
    }

    private static bool IsImplausible(ReportedPolicy policy) =>
        SessionCount.Add(policy.Successful, policy.Failed) > MostSessions || policy.Details.Any(detail => detail.FailedSessions > MostSessions);

    private async Task<string?> Owner(string domain)
    {
        if (await claims.Find(domain) is not null)
            return domain;
        if (envelope.Domain is { } addressed)
        {
            if ((await claims.Find(addressed)).Has(domain))
                return addressed;
        }
        else
        {
            // Only members upload, so the many questions of this look are not an outsider's to cause.
            var owners = await claims.WithMxHost(domain);
            if (owners is [var owner])
                return owner;
            if (owners.Count > 1)
            {
                ambiguous = $"{domain} is an MX host of {Names.Listed(owners)}, and the report does not say whose mail it is about. Have it sent to the report address of the domain.";
                return null;
            }
        }
        foreign.Add(domain);
        return null;
    }

    // A policy that names no domain: the report's only other one, the header, the file's name, the claim it was addressed to, the workspace's only domain.
    private async Task<string?> Fallback(TlsReport report, MailFacts? mail)
    {
        var named = report.PolicyDomains;
        return (named.Count == 1 ? named[0] : null)
            ?? mail?.TlsReportDomain
            ?? mail?.FileName?.PolicyDomain
            ?? ReportFileName.TryParse(envelope.FileName)?.PolicyDomain
            ?? envelope.Domain
            ?? await claims.Only();
    }

    private ScorecardContribution Contribution(TlsReport whole, string domain, IReadOnlyList<ReportedPolicy> policies)
    {
        // Two reports of one reporter, each about another MX host of the domain, are two: the identity is under the name they were reported by.
        var named = policies.Any(policy => policy.PolicyDomain == domain) ? domain : policies.Select(policy => policy.PolicyDomain!).Min(StringComparer.Ordinal)!;
        var original = whole with { Policies = [.. policies.Select(policy => policy with { PolicyDomain = named })] };
        var report = whole with { Policies = [.. policies.Select(policy => policy with { PolicyDomain = domain })] };
        var types = SessionCount.ByPolicyType(report, domain);
        var sessions = SessionCount.Of(report, domain)!;
        return new ScorecardContribution
        {
            Identity = ReportIdentity.Of(original, named),
            ContentHash = ReportIdentity.ContentHash(original, named),
            EnvelopeId = envelopeId,
            Organization = report.OrganizationName ?? report.Submitter ?? "(unnamed)",
            ReportId = report.ReportId,
            Start = report.Start,
            End = report.End,
            ReceivedAt = envelope.ReceivedAt,
            Source = envelope.Source,
            Sessions = new SessionTotals(sessions.Successful, sessions.Failed),
            ByPolicyType = [.. types.Select(type => new PolicyTypeTotals(type.PolicyType, type.Successful, type.Failed) { FailedInDetails = ReportDigest.FailedInDetails(report, type.PolicyType) })],
            Failures = Failures(report),
            Reasons = ReportDigest.Reasons(report, types),
            Policies = ReportDigest.Policies(report),
            Mended = report.Mended.Count,
            Submitter = report.Submitter,
            Network = SendingNetwork.Of(envelope.Peer?.Split(' ', 2)[0]),
            Token = envelope.Token,
        };
    }

    private IReadOnlyList<FailureCount> Failures(TlsReport report)
    {
        var failures = ReportDigest.Failures(report, Math.Clamp(failuresLeft, LeastFailures, ReportDigest.MaxFailures));
        failuresLeft -= failures.Count;
        return failures;
    }
}
