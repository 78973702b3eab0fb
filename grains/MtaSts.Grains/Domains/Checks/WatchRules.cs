using System.Collections.Immutable;
using System.Globalization;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// The alert conditions of a domain that is only monitored, because another service serves its policy or it has none, and of the reporting record of every claim.
/// A condition of a DNS record is suspected first. It is reported when a later observation, at least <see cref="HostingOptions.OutsideGrace"/> after the first, still
/// shows it: DNS changes take some time to be visible everywhere. The same grace period applies to a policy that cannot be fetched and, after
/// the TTL of the policy record, to one that changed without its id. A late renewal is reported at the first observation. A failed lookup neither raises nor resolves a condition.
/// </summary>
internal static class WatchRules
{
    /// <summary>An unconfirmed condition is checked often for this many grace periods, then at the usual interval.</summary>
    private const int GracesWithFrequentChecks = 2;

    /// <summary>Records an observation in the state of the domain and of its claims.</summary>
    public static DomainState Note(DomainState state, Observation seen, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        state = PolicyElsewhere.Note(state, seen, options.OutsideGrace);
        foreach (var claim in state.Claims)
        {
            var areHere = AreReportsHere(seen, claim, naming);
            var noted = claim with
            {
                ReportsSeen = claim.ReportsSeen || areHere,
                ReportsSince = areHere ? claim.ReportsSince ?? seen.At : CouldNotLook(seen) ? claim.ReportsSince : null,
            };
            var present = Present(state, noted, seen, naming, now).Select(condition => condition.Kind).ToHashSet(StringComparer.Ordinal);
            var suspected = noted.Suspected.RemoveRange(noted.Suspected.Keys.Where(kind => !present.Contains(kind)));
            foreach (var kind in present.Where(kind => !suspected.ContainsKey(kind)))
                suspected = suspected.Add(kind, seen.At);
            state = Claims.Update(state, noted with { Suspected = suspected });
        }
        return state;
    }

    /// <summary>Returns the confirmed conditions of the DNS records.</summary>
    public static IEnumerable<AlertCondition> InDns(DomainState state, Claim claim, Observation seen, NamingOptions naming, HostingOptions options, DateTimeOffset now) =>
        Present(state, claim, seen, naming, now).Where(condition => claim.Suspected.TryGetValue(condition.Kind, out var since) && since + options.OutsideGrace <= seen.At);

    /// <summary>Returns the conditions of the policy that another service serves, as last fetched.</summary>
    public static IEnumerable<AlertCondition> InFetch(DomainState state, Claim claim, Observation seen, HostingOptions options, DateTimeOffset now)
    {
        if (state.Elsewhere is not { } elsewhere)
            yield break;
        var isFailing = elsewhere.FailingSince + options.OutsideGrace <= seen.At;
        if (isFailing)
        {
            if (seen.Elsewhere?.Fault is { IsConclusive: true } fault)
                yield return WithMode(AlertRules.Faulty(AlertKinds.OwnPolicyUnreachable, fault), elsewhere);
            else if (AlertRules.Open(claim, AlertKinds.OwnPolicyUnreachable) is { } open)
                yield return open;
        }
        if (elsewhere.OutdatedSince is { } since)
        {
            if (seen.Elsewhere is { Fault: null } && since + options.OutsideGrace <= seen.At)
                yield return AlertCondition.Of(AlertKinds.OwnIdUnchanged).With(AlertParameters.Published, elsewhere.Id);
            else if (AlertRules.Open(claim, AlertKinds.OwnIdUnchanged) is { } open)
                yield return open;
        }
        if (CertificateEnds(elsewhere, claim, seen.Elsewhere, isFailing, now) is { } ends)
            yield return ends;
    }

    /// <summary>
    /// The renewal of a certificate that is valid now is late. A fetch with a fault shows no valid certificate and changes nothing, until the fault itself is reported for the
    /// certificate, or for a policy host whose last certificate has expired.
    /// </summary>
    private static AlertCondition? CertificateEnds(PolicyElsewhere elsewhere, Claim claim, PolicyFetch? fetch, bool isFailing, DateTimeOffset now)
    {
        if (fetch?.Fault?.Kind != FetchFaultKind.Certificate && fetch is { CertificateValidFrom: { } from, CertificateExpiresAt: { } until })
        {
            var term = CertificateTerms.Judge(from, until, now);
            return term is CertificateTerm.RenewalLate or CertificateTerm.RenewalUrgent
                ? WithMode(AlertCondition.Of(AlertKinds.OwnCertificateEnds).With(AlertParameters.Until, Date(until)).With(AlertParameters.Late, term == CertificateTerm.RenewalUrgent), elsewhere)
                : null;
        }
        var open = AlertRules.Open(claim, AlertKinds.OwnCertificateEnds);
        var isReportedOtherwise = isFailing && (fetch is { Fault.Kind: FetchFaultKind.Certificate } || string.CompareOrdinal(open?.Parameters[AlertParameters.Until][0], Date(now)) < 0);
        return isReportedOtherwise ? null : open;
    }

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Whether a suspected condition waits for the observation that confirms or clears it. This ends after <see cref="GracesWithFrequentChecks"/>.</summary>
    public static bool IsUnsure(DomainState state, HostingOptions options, DateTimeOffset now)
    {
        var begun = now - (GracesWithFrequentChecks * options.OutsideGrace);
        return IsRecent(state.Elsewhere?.FailingSince) || IsRecent(state.Elsewhere?.OutdatedSince) || IsRecent(state.Elsewhere?.AbsentSince) || state.Claims.Any(claim => claim.Suspected.Values.Any(since => IsRecent(since)));

        bool IsRecent(DateTimeOffset? since) => since > begun && since <= now;
    }

    /// <summary>Returns the conditions of the DNS records that the observation shows, confirmed or not.</summary>
    private static IEnumerable<AlertCondition> Present(DomainState state, Claim claim, Observation seen, NamingOptions naming, DateTimeOffset now)
    {
        if (claim.Leaving)
            return [];
        AlertCondition?[] present = state.Serving == ServingState.Off
            ? [RecordInvalid(claim, seen), MxNotCovered(state, claim, now), ReportsLost(claim, seen, naming)]
            : [ReportsLost(claim, seen, naming)];
        return present.OfType<AlertCondition>();
    }

    private static AlertCondition? RecordInvalid(Claim claim, Observation seen)
    {
        if (seen.PolicyRecord.Status == DnsStatus.Failed)
            return AlertRules.Open(claim, AlertKinds.OwnRecordInvalid);
        return seen.PolicyRecord.Status == DnsStatus.Found && PolicyRecord.Select(seen.PolicyRecord.Values) is not (PolicyRecordReading.Found { Record.Repeated: null } or PolicyRecordReading.None { NearMiss: null })
            ? AlertCondition.Of(AlertKinds.OwnRecordInvalid).With(AlertParameters.Seen, seen.PolicyRecord.Values)
            : null;
    }

    private static AlertCondition? MxNotCovered(DomainState state, Claim claim, DateTimeOffset now)
    {
        if (state.Elsewhere?.Content is not { Mode: not PolicyMode.None } content)
            return null;
        if (state.Elsewhere.AbsentSince is not null || KnownMx.Of(state, now) is not { } mx)
            return AlertRules.Open(claim, AlertKinds.OwnMxNotCovered);
        var uncovered = content.ToPolicy().NotAdmitted(mx.Values);
        return uncovered.Count == 0 ? null : WithMode(AlertCondition.Of(AlertKinds.OwnMxNotCovered).With(AlertParameters.Mx, uncovered), state.Elsewhere);
    }

    private static AlertCondition? ReportsLost(Claim claim, Observation seen, NamingOptions naming)
    {
        if (!claim.ReportsSeen || AreReportsHere(seen, claim, naming))
            return null;
        return CouldNotLook(seen)
            ? AlertRules.Open(claim, AlertKinds.ReportsLost)
            : AlertCondition.Of(AlertKinds.ReportsLost).With(AlertParameters.Seen, seen.ReportingRecord.Values);
    }

    private static bool CouldNotLook(Observation seen) => seen.ReportingRecord.Status == DnsStatus.Failed || seen.ReportingAlias?.Status == DnsStatus.Failed;

    /// <summary>Whether the reporting record names a report address of the claim, current or earlier, for mail or HTTPS.</summary>
    private static bool AreReportsHere(Observation seen, Claim claim, NamingOptions naming)
    {
        if (ReportingRecord.Select(seen.ReportingRecord.Values) is not ReportingRecordReading.Found found)
            return false;
        var addresses = ReportAddresses.Tokens(claim).SelectMany(token => new[] { "mailto:" + naming.ReportAddress(token), naming.ReportUrl(token) });
        return found.Record.Rua.Any(uri => addresses.Contains(uri.Value, StringComparer.OrdinalIgnoreCase));
    }

    private static AlertCondition WithMode(AlertCondition condition, PolicyElsewhere elsewhere) => condition.With(AlertParameters.Mode, elsewhere.Content?.Mode.ToText());
}
