namespace MtaSts.Grains.Probes;

/// <summary>Used when policies are not fetched from outside.</summary>
internal sealed class NoPolicyFetcher : IPolicyFetcher
{
    public Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken) => Task.FromResult<PolicyFetch?>(null);
}
