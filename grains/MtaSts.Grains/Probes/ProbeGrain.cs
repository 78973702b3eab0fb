using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Protocol;
using Orleans.Concurrency;

namespace MtaSts.Grains.Probes;

[StatelessWorker]
internal sealed class ProbeGrain(IDnsLookup dns, IPolicyFetcher fetcher, IHostnameProviders providers, NamingOptions naming, TimeProvider clock) : Grain, IProbeGrain
{
    /// <summary>All look-ups and the fetch side by side; who takes longer has not answered.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    /// <summary>Values of one answer that are kept; no domain in practice has more.</summary>
    private const int MaxValues = 50;

    /// <summary>Characters of one value that are kept.</summary>
    private const int MaxLength = 2_048;

    /// <summary>Names that are asked for CAA: a domain that somebody made very deep costs no more than this.</summary>
    private const int MaxCaaNames = 8;

    public async Task<Observation> Check(string domain)
    {
        var name = DomainName.Parse(domain);
        using var budget = new CancellationTokenSource(Budget, clock);
        var cname = Look(name.PolicyHost, DnsType.Cname, budget.Token);
        var policy = Look(name.PolicyRecordName, DnsType.Txt, budget.Token);
        var reporting = Look(name.ReportingRecordName, DnsType.Txt, budget.Token);
        var policyAlias = Look(name.PolicyRecordName, DnsType.Cname, budget.Token);
        var reportingAlias = Look(name.ReportingRecordName, DnsType.Cname, budget.Token);
        var claimRecord = Look(name.ClaimRecordName, DnsType.Txt, budget.Token);
        var caa = LookForCaa(name.PolicyHost, budget.Token);
        var mx = Look(name.Value, DnsType.Mx, budget.Token);
        // Nothing is fetched from a name that does not lead to us: the owner of a DNS zone does not choose whom we talk to.
        var fetch = LeadsToUs(await cname) ? fetcher.FetchAsync(name.PolicyHost, budget.Token) : Task.FromResult<PolicyFetch?>(null);
        await Task.WhenAll(policy, reporting, policyAlias, reportingAlias, claimRecord, mx, caa, fetch);
        var observation = new Observation(name.Value, clock.GetUtcNow(), await cname, await policy, await reporting, await mx, await fetch, await policyAlias, await reportingAlias, await claimRecord, await caa);
        await GrainFactory.Domain(name.Value).Observed(observation);
        return observation;
    }

    public Task CheckInBackground(string domain) => Check(domain);

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

    private async Task<LookupView> Look(string name, DnsType type, CancellationToken cancellationToken)
    {
        var answer = await dns.QueryAsync(name, type, cancellationToken);
        var records = answer.Records.Take(MaxValues).OrderBy(r => r.Preference).ToArray();
        return new LookupView(
            answer.Status,
            [.. records.Select(Value)],
            records.Length == 0 ? 0 : records.Min(r => r.Ttl),
            answer.Problem);
    }
}
