using Microsoft.Extensions.Options;
using MtaSts.Application.Domains;
using MtaSts.Application.Readiness;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Policies;

/// <summary>A version in the history.</summary>
/// <param name="Changes">Differences from the previous version; empty for the oldest one kept.</param>
public sealed record PolicyHistoryEntry(PolicyVersionView Version, IReadOnlyList<string> Changes);

/// <summary>Policy versions, and advice on a policy.</summary>
public sealed class PolicyQueries(IGrainFactory grains, TimeProvider clock, IClockStatus calendar, IOptions<ReadinessOptions> readiness)
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
        var taken = await grains.Domain(view.Value.Name).CheckPolicy(actor.WorkspaceId, content);
        return taken.IsDone && content.Mode == PolicyMode.Enforce
            && await ReadinessReader.Advice(grains, actor.WorkspaceId, view.Value.Name, content, readiness.Value, calendar.Calendar) is { } notReady ? new PolicyTaken([notReady, .. taken.Value.Advice]) : taken;
    }
}
