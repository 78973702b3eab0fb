using MtaSts.Grains;
using MtaSts.Host.Gateway;

namespace MtaSts.Host.Demo;

/// <summary>The demo's look from outside: its names exist in this process only, so the answer is what the gateway gives senders for the name.</summary>
internal sealed class DemoFetcher(PolicyCache cache, TimeProvider clock) : IPolicyFetcher
{
    private const string Documentation = "192.0.2.1"; // RFC 5737

    public async Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken)
    {
        var answer = await cache.FindAsync(policyHost);
        return answer.Policy is { } policy
            ? new PolicyFetch(clock.GetUtcNow(), null, PolicyFetch.HashOf(policy.Body), [Documentation], null)
            : new PolicyFetch(clock.GetUtcNow(), $"{Documentation}: The answer is {(answer.IsKnown ? 404 : 503)}.", null, [Documentation], null);
    }
}
