namespace MtaSts.Grains.Probes;

/// <summary>Where the operator does not want, or cannot have, a look from outside.</summary>
internal sealed class NoPolicyFetcher : IPolicyFetcher
{
    public Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken) => Task.FromResult<PolicyFetch?>(null);
}
