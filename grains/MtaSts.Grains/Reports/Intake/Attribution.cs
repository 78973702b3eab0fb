using System.Globalization;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>The result of attributing an envelope's reports.</summary>
/// <param name="Contributions">Contributions of the reports to the scorecard of each claimed domain.</param>
/// <param name="Notes">Human-readable omissions.</param>
/// <param name="Foreign">Domains that the workspace has not claimed.</param>
/// <param name="Refused">Reasons for reports that are not counted, one for each reason, most important first.</param>
/// <param name="Owners">The owning domain of each name that is counted for another domain (see <see cref="Attribution.Nameless"/> too).</param>
internal sealed record Attributed(
    IReadOnlyList<(string Domain, ScorecardContribution Contribution)> Contributions,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Foreign,
    IReadOnlyList<UnreadPart> Refused,
    IReadOnlyDictionary<string, string> Owners);

/// <summary>
/// Determines the owner of a report: by the token it was addressed to and the policy-domain in it, not by headers that any
/// sender can write; headers are used only if the domain is missing.
/// </summary>
/// <remarks>
/// A DANE policy is reported under the name of an MX host, which several domains may share. It counts for the domain whose address received it, if that
/// domain has the MX host; an upload counts for the workspace's only domain with that MX host. It is never counted for several: the
/// sessions belong to one unknown domain.
/// </remarks>
/// <param name="recorded">The decision when the envelope was counted; null: decide now.</param>
internal sealed class Attribution(EnvelopeMessage envelope, string envelopeId, IWorkspaceClaims claims, IReadOnlyDictionary<string, string>? recorded = null)
{
    /// <summary>A report with a day further in the future has a wrong date.</summary>
    public static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(2);

    /// <summary>No report is older than the first drafts of the RFC; earlier days are wrong, and would create any number of days.</summary>
    public static readonly DateTimeOffset Earliest = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Maximum kinds of failure kept of all reports in one envelope: those of fifty reports. Bounds the stored data of an envelope with a thousand.</summary>
    private const int MaxFailures = 50 * ReportDigest.MaxFailures;

    /// <summary>Minimum kinds of failure kept for each report.</summary>
    private const int LeastFailures = 5;

    /// <summary>
    /// Maximum sessions of one report: 10^9 a day are more than the largest sender has with the largest mail domain. A forged report with more
    /// would hide all others behind it.
    /// </summary>
    public const long MostSessions = 1_000_000_000;

    private readonly SortedSet<string> foreign = new(StringComparer.Ordinal);
    private readonly SortedSet<DateOnly> outOfRange = [];
    private readonly SortedSet<string> implausible = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);
    private string? ambiguous;
    private bool isNameless;

    // Rows that the remaining reports of the envelope may have in total.
    private int failuresLeft = MaxFailures;

    private const string NoName = "the report has a policy without a policy-domain, and neither its mail nor its file name tells which domain is meant. Have it sent to the report address of the domain, or upload it under the name that RFC 8460 §5.1 gives it: sender!domain!begin!end.json.";

    /// <summary>The key among <see cref="Attributed.Owners"/> of the policies without a domain in a report, by its index in the envelope. Host names contain no space.</summary>
    public static string Nameless(int report) => string.Create(CultureInfo.InvariantCulture, $"policy of {report}");

    public async Task<Attributed> Of(DecodeResult.Decoded decoded, DateTimeOffset now)
    {
        var contributions = new List<(string, ScorecardContribution)>();
        var notes = new List<string>();
        if (recorded is null)
            await claims.Load(decoded.Reports.SelectMany(static report => report.Policies).Select(static policy => policy.PolicyDomain).OfType<string>());
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
            notes.Add($"Parts about domains this workspace has not claimed were left out: {NameList.Text([.. foreign])}.");
        if (contributions.Count > 0)
            notes.AddRange(refused.Select(part => "A part was left out: " + part.Reason));
        return new Attributed(contributions, notes, [.. foreign], refused, owners);
    }

    private IEnumerable<UnreadPart> Refused()
    {
        if (implausible.Count > 0)
        {
            yield return new UnreadPart("report", QuarantineCodes.ImplausibleCount,
                $"It reports more than {MostSessions.ToString("N0", CultureInfo.InvariantCulture)} sessions for {NameList.Text([.. implausible])} in one report, which is not plausible. If the numbers are right, ask the sender how it counts.");
        }
        if (outOfRange.Count > 0)
        {
            yield return new UnreadPart("report", QuarantineCodes.DayOutOfRange,
                $"The report's day, {NameList.Text([.. outOfRange.Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))])}, is too far from today to be counted.");
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

    /// <summary>Checks each count and the sum: a report split into policies or details is evaluated as a whole.</summary>
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
            // Only members upload, so external senders cannot cause the many calls of this lookup.
            var owners = await claims.WithMxHost(domain);
            if (owners is [var owner])
                return owner;
            if (owners.Count > 1)
            {
                ambiguous = $"{domain} is an MX host of {NameList.Text(owners)}, and the report does not say whose mail it is about. Have it sent to the report address of the domain.";
                return null;
            }
        }
        foreign.Add(domain);
        return null;
    }

    // For a policy without a domain, in order: the report's only other one, the header, the file's name, the claim it was addressed to, the workspace's only domain.
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
        // Two reports of one reporter about different MX hosts of the domain are distinct: the identity uses the reported name.
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
