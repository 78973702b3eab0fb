using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Builds the view of a domain for one workspace.</summary>
internal sealed class DomainViews(NamingOptions naming, HostingOptions options)
{
    public DomainView For(string domain, DomainState state, Claim claim, DateTimeOffset now, DateTimeOffset handedOutSince)
    {
        var holds = state.Holder == claim.Workspace;
        var records = RecordChecks.All(domain, state, claim, naming);
        var current = holds ? PolicyVersions.Current(state) : null;
        return new DomainView
        {
            Name = domain,
            UnicodeName = DomainName.Parse(domain).Unicode,
            Token = claim.Token,
            ClaimedAt = claim.ClaimedAt,
            IsHolder = holds,
            Hosting = Hosting(state, claim, holds, now, handedOutSince),
            Policy = current is null ? null : Version(current, state),
            Draft = claim.Draft,
            Rollout = Rollout(state, claim),
            CnameTarget = naming.CnameTarget(claim.Token),
            ReportAddress = naming.ReportAddress(ReportAddresses.Token(claim)),
            ReportUrl = naming.ReportUrl(ReportAddresses.Token(claim)),
            EarlierReportAddresses = [.. claim.EarlierReportTokens.Select(earlier => new EarlierReportAddress(naming.ReportAddress(earlier.Token), earlier.Token, earlier.ReplacedAt, earlier.ReplacedBy, earlier.WorksUntil))],
            LastObservation = state.LastObservation,
            Leaving = claim.Leaving,
            CnameState = records[0].State,
            PolicyRecordState = records[1].State,
            ReportingRecordState = records[2].State,
            PolicyRecord = records[1],
        };
    }

    /// <summary>The versions of this workspace; versions of others are not shown.</summary>
    public static IReadOnlyList<PolicyVersionView> Versions(DomainState state, Claim claim) =>
        [.. state.Versions.Where(v => v.Workspace == claim.Workspace).Reverse().Select(v => Version(v, state))];

    public static RolloutView Rollout(DomainState state, Claim claim) => claim.Rollout is { } rollout
        ? new(new(rollout.Enforce, rollout.Back), rollout.By, rollout.ChosenAt, Domains.Rollout.Planned(state, claim))
        : new(new(false, false));

    private static PolicyVersionView Version(PolicyVersion version, DomainState state) => new()
    {
        Number = version.Number,
        Id = version.Id,
        Content = version.Content,
        CreatedAt = version.CreatedAt,
        CreatedBy = version.CreatedBy,
        Reason = version.Reason,
        ServedFrom = version.ServedFrom,
        ServedUntil = version.ServedUntil,
        Announced = Announcement.Version(state)?.Number == version.Number,
        Overridden = version.Overridden,
        IsAutomatic = version.IsAutomatic,
    };

    private HostingView Hosting(DomainState state, Claim claim, bool holds, DateTimeOffset now, DateTimeOffset handedOutSince)
    {
        var refusal = claim.HostingWanted ? CaaChecks.Refusal(state.LastObservation, naming) : null;
        if (!holds || state.Serving == ServingState.Off)
        {
            var (waitsFor, step) = claim.HostingWanted ? Waiting(state, claim) : (null, null);
            return new HostingView
            {
                State = claim.HostingWanted ? HostingState.AwaitingCname : HostingState.Off,
                Provider = naming.HostnameProvider,
                Since = claim.WantedSince,
                Problem = waitsFor,
                NextStep = step,
                CaaRefusal = refusal,
            };
        }
        var (problem, nextStep) = CaaChecks.Explain(state, refusal);
        return new HostingView
        {
            State = state.Serving switch
            {
                ServingState.Provisioning => HostingState.Provisioning,
                ServingState.Live => HostingState.Live,
                ServingState.Retiring => HostingState.Retiring,
                _ => HostingState.Removing,
            },
            Provider = naming.HostnameProvider,
            Problem = problem,
            NextStep = nextStep,
            SafeToRemoveAt = RetirementClock.End(state, now, options),
            Since = state.ServingSince,
            CertificateExpiresAt = state.Hostname?.CertificateExpiresAt,
            AnnounceAt = Announcement.DueAt(state, handedOutSince, options),
            AwaitsOutsideFetch = Announcement.AwaitsOutside(state, options),
            CaaRefusal = refusal,
            Outside = Announcement.Outside(state, options, now),
            OutsideAt = state.SeenOutsideAt,
        };
    }

    /// <summary>What hosting waits for. Records that exist are not requested.</summary>
    private (string Problem, string? NextStep) Waiting(DomainState state, Claim claim)
    {
        if (HiddenCname.Waiting(state, claim, naming) is { } hidden)
            return hidden;
        if (state.Challenger == claim.Workspace)
            return ("Your token was seen in the DNS. The domain was held by another workspace; it passes to you when the token is seen again after its record's TTL.", "Leave the records as they are.");
        if (state.LastObservation is { } seen && Evidence.Of(state, claim, seen, naming).IsCname)
            return ("The CNAME was seen. Hosting begins with the next check.", null);
        if (state.LastObservation is { } reached && HiddenCname.Card(state, claim, reached, naming) is { State: RecordState.Ok })
            return ("The domain was recognised, and the name leads here. Hosting begins when the DNS has answered for all its records.", null);
        return (
            state.LastObservation switch
            {
                { Cname.Status: DnsStatus.Failed } => "The DNS gave no answer. It is retried automatically.",
                _ when state.Holder is not null && state.Holder != claim.Workspace => "Another workspace's token is in the DNS. The domain passes to you when yours is seen there.",
                _ => "The CNAME has not been seen yet.",
            },
            $"Publish the CNAME to {naming.CnameTarget(claim.Token)}.");
    }
}
