using MtaSts.Grains.Clocks;
using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Protocol;
using Orleans.Concurrency;

namespace MtaSts.Grains.Probes;

[GrainType("probe"), StatelessWorker(ProbeGrain.AtOnce)]
internal sealed class ProbeGrain(IDnsLookup dns, IPolicyFetcher fetcher, IReachProbe reach, IHostnameProviders providers, NamingOptions naming, ServiceClock clock) : Grain, IProbeGrain
{
    /// <summary>Concurrent checks on a silo. They mostly wait: with one per core, a workspace with many names on unresponsive servers would block all others.</summary>
    public const int AtOnce = 64;

    /// <summary>Time limit of all concurrent lookups; slower ones count as unanswered.</summary>
    private static readonly TimeSpan LookupBudget = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time limit of each request to a policy host, with the lookup of its addresses. Not reduced by the other lookups: slow DNS on the service's side must not count as a slow
    /// policy host.
    /// </summary>
    private static readonly TimeSpan RequestBudget = TimeSpan.FromSeconds(11);

    /// <summary>Maximum number of values kept of one answer; real domains do not have more.</summary>
    private const int MaxValues = 50;

    /// <summary>Maximum characters kept of one value.</summary>
    private const int MaxLength = 2_048;

    /// <summary>Maximum length of a CNAME chain, as in common resolvers.</summary>
    private const int MaxHops = 8;

    /// <summary>Maximum number of names queried for CAA: bounds the cost of very deep domains.</summary>
    private const int MaxCaaNames = 8;

    public async Task<Observation> Check(string domain)
    {
        var name = DomainName.Parse(domain);
        var begun = clock.GetUtcNow(); // A check that began later has newer answers, even if it ends earlier.
        using var budget = new CancellationTokenSource(LookupBudget, clock);
        var cname = Follow(name.PolicyHost, "." + naming.HostingTarget, budget.Token);
        var policy = Look(name.PolicyRecordName, DnsType.Txt, budget.Token);
        var reporting = Look(name.ReportingRecordName, DnsType.Txt, budget.Token);
        var policyAlias = Follow(name.PolicyRecordName, naming.PolicyRecordTarget(""), budget.Token);
        var reportingAlias = Follow(name.ReportingRecordName, naming.ReportingRecordTarget(""), budget.Token);
        var claimRecord = Look(name.ClaimRecordName, DnsType.Txt, budget.Token, onlyOwn: true);
        var caa = LookForCaa(name.PolicyHost, budget.Token);
        var mx = Look(name.Value, DnsType.Mx, budget.Token);
        var early = LeadsToUs(await cname) ? FetchOwnAsync(name.PolicyHost) : Task.FromResult<PolicyFetch?>(null);
        await Task.WhenAll(policy, reporting, policyAlias, reportingAlias, claimRecord, mx, caa, early);
        var observation = new Observation(name.Value, begun, await cname, await policy, await reporting, await mx, await early, await policyAlias, await reportingAlias, await claimRecord, await caa);
        if (await OnlyRecordsNameAHostedClaim(observation))
            observation = await WithReach(observation, name.PolicyHost);
        if (observation is { Fetch: null, Cname.Status: not DnsStatus.Failed } && PolicyElsewhere.IsAnnounced(observation.PolicyRecord))
            observation = observation with { Elsewhere = await FetchAsync(name.PolicyHost) };
        await GrainFactory.Domain(name.Value).Observed(observation);
        return observation with { At = clock.ToCalendar(observation.At) };
    }

    public Task CheckInBackground(string domain) => Check(domain);

    /// <summary>
    /// Required before a request tests whether a policy host without our CNAME leads here: an owner with a claim's token has requested hosting. The fetch of a policy that the
    /// domain announces to all senders does not require it.
    /// </summary>
    private async Task<bool> OnlyRecordsNameAHostedClaim(Observation seen)
    {
        var tokens = TokensInDns.All(seen, naming).ToArray();
        if (seen.Cname.Status == DnsStatus.Failed || tokens.All(token => token.Place == TokenPlaces.PolicyHost))
            return false;
        var hosted = await GrainFactory.Domain(seen.Domain).GetHostedTokens();
        var places = tokens.Where(token => hosted.Contains(token.Token)).Aggregate(TokenPlaces.None, (all, token) => all | token.Place);
        return places != TokenPlaces.None && !places.HasFlag(TokenPlaces.PolicyHost);
    }

    private async Task<Observation> WithReach(Observation seen, string policyHost)
    {
        using var budget = new CancellationTokenSource(RequestBudget, clock);
        var tried = await reach.ReachAsync(seen.Domain, budget.Token);
        return seen with { Reach = tried, Fetch = tried.IsReached ? seen.Fetch ?? await FetchOwnAsync(policyHost) : seen.Fetch };
    }

    /// <summary>The file of this service is known.</summary>
    private async Task<PolicyFetch?> FetchOwnAsync(string policyHost) => await FetchAsync(policyHost) is { } fetch ? fetch with { Body = null } : null;

    private async Task<PolicyFetch?> FetchAsync(string policyHost)
    {
        using var budget = new CancellationTokenSource(RequestBudget, clock);
        return await fetcher.FetchAsync(policyHost, budget.Token);
    }

    private bool LeadsToUs(LookupView cname) => cname.Values.Any(value => value.EndsWith("." + naming.HostingTarget, StringComparison.OrdinalIgnoreCase));

    /// <summary>Queries CAA at the policy host and all parents concurrently; the lowest name with records is relevant (RFC 8659 §3).</summary>
    private async Task<CaaLookup?> LookForCaa(string policyHost, CancellationToken cancellationToken)
    {
        if (providers.Configured is not ICertificateAuthorities { CaaIdentifiers: { Count: > 0 } authorities })
            return null;
        string[] names = [.. CaaRules.Climb(policyHost).Take(MaxCaaNames)];
        var answers = await Task.WhenAll(names.Select(name => dns.QueryAsync(name, DnsType.Caa, cancellationToken)));
        var (status, owner, values, problem) = (DnsStatus.NoData, (string?)null, Array.Empty<string>(), (string?)null);
        if (Array.Find(answers, answer => answer.Status is DnsStatus.Found or DnsStatus.Failed) is { } first)
            (status, owner, values, problem) = (first.Status, first.Records.Count == 0 ? null : first.Records[0].Name, [.. first.Records.Take(MaxValues).Select(Value)], first.Problem);
        return new CaaLookup(status, owner, values, [.. authorities], problem);
    }

    private static string Value(DnsRecord record) => record.Value.Length <= MaxLength ? record.Value : record.Value[..MaxLength];

    /// <summary>Follows the CNAME chain of a name until a target is ours, as senders' resolvers follow it.</summary>
    /// <param name="ours">Suffix of our names; null when there is none, so only the first CNAME is queried.</param>
    private async Task<LookupView> Follow(string name, string? ours, CancellationToken cancellationToken)
    {
        var seen = await Look(name, DnsType.Cname, cancellationToken);
        for (var hop = 1; hop < MaxHops && ours is not null && seen is { Status: DnsStatus.Found, Values: [.., var last] } && !last.TrimEnd('.').EndsWith(ours, StringComparison.OrdinalIgnoreCase); hop++)
        {
            var next = await Look(last, DnsType.Cname, cancellationToken);
            if (next.Status == DnsStatus.Failed)
                return next; // Its target is unknown.
            if (next is not { Status: DnsStatus.Found, Values: [var target, ..] } || seen.Values.Contains(target, StringComparer.OrdinalIgnoreCase))
                break;
            seen = seen with { Values = [.. seen.Values, target], Ttl = Math.Min(seen.Ttl, next.Ttl) };
        }
        return seen;
    }

    private async Task<LookupView> Look(string name, DnsType type, CancellationToken cancellationToken, bool onlyOwn = false)
    {
        var answer = await dns.QueryAsync(name, type, cancellationToken);
        // A record behind an alias belongs to a third party: a wildcard CNAME must not prove control of the domain.
        var records = answer.Records.Where(r => !onlyOwn || string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase)).Take(MaxValues).OrderBy(r => r.Preference).ToArray();
        return new LookupView(
            answer.Status == DnsStatus.Found && records.Length == 0 ? DnsStatus.NoData : answer.Status,
            [.. records.Select(Value)],
            records.Length == 0 ? 0 : records.Min(r => r.Ttl),
            answer.Problem);
    }
}
