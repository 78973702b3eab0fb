using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Policies;

/// <summary>A version in the history.</summary>
/// <param name="Changes">Differences from the previous version; empty for the oldest one kept.</param>
public sealed record PolicyHistoryEntry(PolicyVersionView Version, IReadOnlyList<string> Changes);

/// <summary>Policy versions, and advice on a policy.</summary>
public sealed class PolicyQueries(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>The versions that are kept, newest first.</summary>
    public async Task<CommandResult<IReadOnlyList<PolicyHistoryEntry>>> History(Actor actor, string name)
    {
        var domain = await grains.ClaimedName(actor, Permissions.DomainsRead, name);
        if (!domain.IsDone)
            return domain.Refusal!;
        if (await grains.Domain(domain.Value).GetVersions(actor.WorkspaceId) is not { } versions)
            return ClaimedDomains.NoClaim(name);
        var newestFirst = versions.OrderByDescending(version => version.Number).ToArray();
        return new([.. newestFirst.Select((version, i) => new PolicyHistoryEntry(version, i + 1 < newestFirst.Length ? PolicyChanges.Between(newestFirst[i + 1].Content, version.Content) : []))], null);
    }

    /// <summary>The advice that <see cref="PolicyCommands.Put"/> would give on this policy. The policy is not changed; MX records that are not fresh are looked up first.</summary>
    public async Task<CommandResult<PolicyTaken>> Advise(Actor actor, string name, PolicyContent content)
    {
        var view = await grains.ClaimedDomain(actor, Permissions.DomainsRead, name);
        if (!view.IsDone)
            return view.Refusal!;
        await MxFreshness.LookAgain(grains, view.Value, clock.GetUtcNow());
        return await grains.Domain(view.Value.Name).CheckPolicy(actor.WorkspaceId, content);
    }
}
