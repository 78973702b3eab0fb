using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Gateway;

/// <summary>A name is hosted when a policy is served under it: providers get their answer from the same cache and lanes as senders.</summary>
internal sealed class HostedNames(PolicyCache cache) : IHostedNames
{
    public async ValueTask<HostedState> FindAsync(string policyHost)
    {
        var answer = await cache.FindAsync(policyHost);
        if (answer.Policy is not null)
            return HostedState.Hosted;
        return answer.IsKnown ? HostedState.NotHosted : HostedState.CannotTell;
    }
}
