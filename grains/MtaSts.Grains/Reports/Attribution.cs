using System.Globalization;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>What attribution made of an envelope's reports.</summary>
/// <param name="Contributions">For each claimed domain what a report adds to its scorecard.</param>
/// <param name="Notes">What was left out, for people.</param>
/// <param name="Foreign">Domains nobody here claimed.</param>
/// <param name="Refused">What is not counted and why, one for each reason, the weightiest first.</param>
/// <param name="Owners">Whose the names are that are counted for another domain (see <see cref="Attribution.Nameless"/> too).</param>
internal sealed record Attributed(
    IReadOnlyList<(string Domain, ScorecardContribution Contribution)> Contributions,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Foreign,
    IReadOnlyList<UnreadPart> Refused,
    IReadOnlyDictionary<string, string> Owners);

/// <summary>
/// Decides whose a report is: by the token it was addressed to and the policy-domain inside, never by headers that any
/// sender can write; those only fill a gap.
/// </summary>
/// <remarks>
/// A DANE policy is reported under the name of an MX host, which several domains may share. It counts for the domain whose address it came to, when that
/// one has the MX host; an upload, which came to no address, counts for the workspace's only domain with it. It is never counted for several: the
/// sessions were one domain's, and nobody can tell which.
/// </remarks>
/// <param name="recorded">What was decided when the envelope was counted; null: it is decided now.</param>
internal sealed class Attribution(EnvelopeMessage envelope, string envelopeId, IWorkspaceClaims claims, IReadOnlyDictionary<string, string>? recorded = null)
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
    private readonly SortedSet<DateOnly> outOfRange = [];
    private readonly SortedSet<string> implausible = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);
    private string? ambiguous;
    private bool isNameless;

    // Rows that the reports of one envelope may still have, together.
    private int failuresLeft = MaxFailures;

    private const string NoName = "the report has a policy without a policy-domain, and neither its mail nor its file name tells which domain is meant. Have it sent to the report address of the domain, or upload it under the name that RFC 8460 §5.1 gives it: sender!domain!begin!end.json.";

    /// <summary>The key among <see cref="Attributed.Owners"/> of the policies without a domain in a report, by its place in the envelope. No host name has a space.</summary>
    public static string Nameless(int report) => string.Create(CultureInfo.InvariantCulture, $"policy of {report}");

    public async Task<Attributed> Of(DecodeResult.Decoded decoded, DateTimeOffset now)
    {
        var contributions = new List<(string, ScorecardContribution)>();
        var notes = new List<string>();
        for (var i = 0; i < decoded.Reports.Count; i++)
        {
            var report = decoded.Reports[i];
            notes.AddRange(report.Mended.Select(mend => mend.Text));
            if (recorded is null && (report.Start > now + FurthestAhead || report.Start < Earliest))
            {
                outOfRange.Add(report.Day);
                continue;
            }
            foreach (var (owner, policies) in await ByOwner(report, i, decoded))
            {
                if (IsImplausible(policies))
                    implausible.Add(owner);
                else
                    contributions.Add((owner, Contribution(report, owner, policies)));
            }
        }
        var refused = Refused().ToArray();
        if (contributions.Count > 0 && foreign.Count > 0)
            notes.Add($"Parts about domains this workspace has not claimed were left out: {Names.Listed([.. foreign])}.");
        if (contributions.Count > 0)
            notes.AddRange(refused.Select(part => "A part was left out: " + part.Reason));
        return new Attributed(contributions, notes, [.. foreign], refused, owners);
    }

    private IEnumerable<UnreadPart> Refused()
    {
        if (implausible.Count > 0)
        {
            yield return new UnreadPart("report", QuarantineCodes.ImplausibleCount,
                $"It reports more than {MostSessions.ToString("N0", CultureInfo.InvariantCulture)} sessions for {Names.Listed([.. implausible])} in one report, which is not plausible. If the numbers are right, ask the sender how it counts.");
        }
        if (outOfRange.Count > 0)
        {
            yield return new UnreadPart("report", QuarantineCodes.DayOutOfRange,
                $"The report's day, {Names.Listed([.. outOfRange.Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))])}, is too far from today to be counted.");
        }
        if (ambiguous is not null)
            yield return new UnreadPart("report", QuarantineCodes.AmbiguousMxHost, ambiguous);
        if (isNameless)
            yield return new UnreadPart("report", QuarantineCodes.NoDomain, char.ToUpperInvariant(NoName[0]) + NoName[1..]);
    }

    private async Task<IReadOnlyDictionary<string, List<ReportedPolicy>>> ByOwner(TlsReport report, int place, DecodeResult.Decoded decoded)
    {
        var byOwner = new Dictionary<string, List<ReportedPolicy>>(StringComparer.Ordinal);
        var fallback = !report.Policies.Any(policy => policy.PolicyDomain is null) ? null
            : recorded is not null ? recorded.GetValueOrDefault(Nameless(place)) : await Fallback(report, decoded.MailOf(place));
        if (fallback is not null)
            owners[Nameless(place)] = fallback;
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

    /// <summary>Any count, or what they add up to: a report that is split into policies or details is judged as a whole.</summary>
    private static bool IsImplausible(IReadOnlyList<ReportedPolicy> policies) => policies
        .GroupBy(policy => policy.PolicyType, StringComparer.Ordinal)
        .Any(type => Sum(type.SelectMany(policy => new[] { policy.Successful, policy.Failed })) > MostSessions || Sum(type.SelectMany(policy => policy.Details.Select(detail => detail.FailedSessions))) > MostSessions);

    private static long Sum(IEnumerable<long> counts) => counts.Aggregate(0L, SessionCount.Add);

    private async Task<string?> Owner(string named)
    {
        if (recorded is not null)
            return recorded.GetValueOrDefault(named, named);
        var owner = await Find(named);
        if (owner is not null && owner != named)
            owners[named] = owner;
        return owner;
    }

    private async Task<string?> Find(string domain)
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
