using MtaSts.Grains.Clocks;
using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Protocol;
using Orleans.Concurrency;

namespace MtaSts.Grains.Probes;

[StatelessWorker(ProbeGrain.AtOnce)]
internal sealed class ProbeGrain(IDnsLookup dns, IPolicyFetcher fetcher, IReachProbe reach, IHostnameProviders providers, NamingOptions naming, ServiceClock clock) : Grain, IProbeGrain
{
    /// <summary>Checks at once on a silo. Nearly all of their time is waiting: with one for each core a workspace full of names whose servers do not answer would keep all others waiting.</summary>
    public const int AtOnce = 64;

    /// <summary>All look-ups and the fetch side by side; who takes longer has not answered.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    /// <summary>Values of one answer that are kept; no domain in practice has more.</summary>
    private const int MaxValues = 50;

    /// <summary>Characters of one value that are kept.</summary>
    private const int MaxLength = 2_048;

    /// <summary>CNAMEs that are followed one after another: as many as common resolvers follow.</summary>
    private const int MaxHops = 8;

    /// <summary>Names that are asked for CAA: a domain that somebody made very deep costs no more than this.</summary>
    private const int MaxCaaNames = 8;

    public async Task<Observation> Check(string domain)
    {
        var name = DomainName.Parse(domain);
        using var budget = new CancellationTokenSource(Budget, clock);
        var cname = Follow(name.PolicyHost, "." + naming.HostingTarget, budget.Token);
        var policy = Look(name.PolicyRecordName, DnsType.Txt, budget.Token);
        var reporting = Look(name.ReportingRecordName, DnsType.Txt, budget.Token);
        var policyAlias = Follow(name.PolicyRecordName, naming.PolicyRecordTarget(""), budget.Token);
        var reportingAlias = Follow(name.ReportingRecordName, naming.ReportingRecordTarget(""), budget.Token);
        var claimRecord = Look(name.ClaimRecordName, DnsType.Txt, budget.Token, onlyOwn: true);
        var caa = LookForCaa(name.PolicyHost, budget.Token);
        var mx = Look(name.Value, DnsType.Mx, budget.Token);
        // Nothing is fetched from a name that does not lead to us: the owner of a DNS zone does not choose whom we talk to.
        var early = LeadsToUs(await cname) ? fetcher.FetchAsync(name.PolicyHost, budget.Token) : Task.FromResult<PolicyFetch?>(null);
        await Task.WhenAll(policy, reporting, policyAlias, reportingAlias, claimRecord, mx, caa, early);
        var observation = new Observation(name.Value, clock.GetUtcNow(), await cname, await policy, await reporting, await mx, await early, await policyAlias, await reportingAlias, await claimRecord, await caa);
        if (await OnlyRecordsNameAHostedClaim(observation))
            observation = await WithReach(observation, name.PolicyHost, budget.Token);
        await GrainFactory.Domain(name.Value).Observed(observation);
        return observation with { At = clock.ToCalendar(observation.At) };
    }

    public Task CheckInBackground(string domain) => Check(domain);

    /// <summary>Only then a request goes to a name that may lead anywhere: where an owner, who has a claim's token, asked for it.</summary>
    private async Task<bool> OnlyRecordsNameAHostedClaim(Observation seen)
    {
        var tokens = TokensInDns.All(seen, naming).ToArray();
        if (seen.Cname.Status == DnsStatus.Failed || tokens.All(token => token.Place == TokenPlaces.PolicyHost))
            return false;
        var hosted = await GrainFactory.Domain(seen.Domain).GetHostedTokens();
        var places = tokens.Where(token => hosted.Contains(token.Token)).Aggregate(TokenPlaces.None, (all, token) => all | token.Place);
        return places != TokenPlaces.None && !places.HasFlag(TokenPlaces.PolicyHost);
    }

    private async Task<Observation> WithReach(Observation seen, string policyHost, CancellationToken cancellationToken)
    {
        var tried = await reach.ReachAsync(seen.Domain, cancellationToken);
        return seen with { Reach = tried, Fetch = tried.IsReached ? seen.Fetch ?? await fetcher.FetchAsync(policyHost, cancellationToken) : seen.Fetch };
    }

    private bool LeadsToUs(LookupView cname) => cname.Values.Any(value => value.EndsWith("." + naming.HostingTarget, StringComparison.OrdinalIgnoreCase));

    /// <summary>Asks for CAA at every name from the policy host upwards at once; the lowest that has any counts (RFC 8659 §3).</summary>
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

    /// <summary>The CNAMEs from a name on, each in turn, until one leads to us: senders' resolvers follow them all.</summary>
    /// <param name="ours">How a name of ours ends; null: none does, so only the first is looked for.</param>
    private async Task<LookupView> Follow(string name, string? ours, CancellationToken cancellationToken)
    {
        var seen = await Look(name, DnsType.Cname, cancellationToken);
        for (var hop = 1; hop < MaxHops && ours is not null && seen is { Status: DnsStatus.Found, Values: [.., var last] } && !last.TrimEnd('.').EndsWith(ours, StringComparison.OrdinalIgnoreCase); hop++)
        {
            var next = await Look(last, DnsType.Cname, cancellationToken);
            if (next.Status == DnsStatus.Failed)
                return next; // Where it leads is not known.
            if (next is not { Status: DnsStatus.Found, Values: [var target, ..] } || seen.Values.Contains(target, StringComparer.OrdinalIgnoreCase))
                break;
            seen = seen with { Values = [.. seen.Values, target], Ttl = Math.Min(seen.Ttl, next.Ttl) };
        }
        return seen;
    }

    private async Task<LookupView> Look(string name, DnsType type, CancellationToken cancellationToken, bool onlyOwn = false)
    {
        var answer = await dns.QueryAsync(name, type, cancellationToken);
        // What stands behind an alias is somebody else's word: a wildcard CNAME must not speak for the domain.
        var records = answer.Records.Where(r => !onlyOwn || string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase)).Take(MaxValues).OrderBy(r => r.Preference).ToArray();
        return new LookupView(
            answer.Status == DnsStatus.Found && records.Length == 0 ? DnsStatus.NoData : answer.Status,
            [.. records.Select(Value)],
            records.Length == 0 ? 0 : records.Min(r => r.Ttl),
            answer.Problem);
    }
}
