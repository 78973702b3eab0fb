using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Orleans.Concurrency;

namespace MtaSts.Grains.Probes;

[StatelessWorker]
internal sealed class ProbeGrain(IDnsLookup dns, TimeProvider clock) : Grain, IProbeGrain
{
    /// <summary>Four look-ups side by side; a name server that takes longer has not answered.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    /// <summary>Values of one answer that are kept; no domain in practice has more.</summary>
    private const int MaxValues = 50;

    /// <summary>Characters of one value that are kept.</summary>
    private const int MaxLength = 2_048;

    public async Task<Observation> Check(string domain)
    {
        var name = DomainName.Parse(domain);
        using var budget = new CancellationTokenSource(Budget, clock);
        var cname = Look(name.PolicyHost, DnsType.Cname, budget.Token);
        var policy = Look(name.PolicyRecordName, DnsType.Txt, budget.Token);
        var reporting = Look(name.ReportingRecordName, DnsType.Txt, budget.Token);
        var mx = Look(name.Value, DnsType.Mx, budget.Token);
        await Task.WhenAll(cname, policy, reporting, mx);
        var observation = new Observation(name.Value, clock.GetUtcNow(), await cname, await policy, await reporting, await mx);
        await GrainFactory.Domain(name.Value).Observed(observation);
        return observation;
    }

    public Task CheckInBackground(string domain) => Check(domain);

    private async Task<LookupView> Look(string name, DnsType type, CancellationToken cancellationToken)
    {
        var answer = await dns.QueryAsync(name, type, cancellationToken);
        var records = answer.Records.Take(MaxValues).OrderBy(r => r.Preference).ToArray();
        return new LookupView(
            answer.Status,
            [.. records.Select(r => r.Value.Length <= MaxLength ? r.Value : r.Value[..MaxLength])],
            records.Length == 0 ? 0 : records.Min(r => r.Ttl),
            answer.Problem);
    }
}
