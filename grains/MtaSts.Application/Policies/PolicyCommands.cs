using MtaSts.Application.Domains;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Policies;

/// <summary>What the actor has confirmed before a policy is accepted.</summary>
public enum PolicyConsent
{
    /// <summary>Nothing: a policy that begins to enforce is refused with <see cref="RefusalCodes.NeedsConfirmation"/>.</summary>
    None,

    /// <summary>Enforcing. Advice that needs an override is still refused with <see cref="RefusalCodes.NeedsOverride"/>.</summary>
    Enforcing,

    /// <summary>Everything. The overridden advice is recorded with the version.</summary>
    Override,
}

/// <summary>An accepted policy.</summary>
/// <param name="Domain">Its current state.</param>
/// <param name="Advice">Remaining advice on the policy.</param>
public sealed record PolicyChanged(DomainView Domain, IReadOnlyList<PolicyAdvice> Advice);

/// <summary>Changes a policy. Each command compares the policy with the current MX records, and accepts it unless advice needs confirmation or an override.</summary>
public sealed class PolicyCommands(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Sets the policy: served at once as a new version while hosting is on, otherwise saved as the draft that hosting starts with.</summary>
    /// <param name="reason">For the history; null: none.</param>
    public Task<CommandResult<PolicyChanged>> Put(Actor actor, string name, PolicyContent content, string? reason, PolicyConsent consent) =>
        Take(actor, name, consent, _ => Task.FromResult<PolicyContent?>(content), (domain, isOverridden) => domain.PutPolicy(actor.WorkspaceId, content, actor.Name, reason, isOverridden));

    /// <summary>Makes an earlier version's content a new version.</summary>
    public Task<CommandResult<PolicyChanged>> Restore(Actor actor, string name, int number, PolicyConsent consent) => Take(
        actor,
        name,
        consent,
        async domain => (await domain.GetVersions(actor.WorkspaceId))?.FirstOrDefault(version => version.Number == number)?.Content,
        (domain, isOverridden) => domain.RestorePolicy(actor.WorkspaceId, number, actor.Name, isOverridden));

    private async Task<CommandResult<PolicyChanged>> Take(
        Actor actor, string name, PolicyConsent consent, Func<IDomainGrain, Task<PolicyContent?>> proposed, Func<IDomainGrain, bool, Task<CommandResult<PolicyTaken>>> take)
    {
        var found = await grains.ClaimedDomain(actor, Permissions.PolicyWrite, name);
        if (found is not { Value: { } view })
            return found.Refusal!;
        await MxFreshness.LookAgain(grains, view, clock.GetUtcNow());
        var domain = grains.Domain(view.Name);
        if (consent == PolicyConsent.None && view.Policy?.Content.Mode != PolicyMode.Enforce && await proposed(domain) is { Mode: PolicyMode.Enforce } content
            && await domain.CheckPolicy(actor.WorkspaceId, content) is { Value.Advice: { } advice } && !advice.Any(item => item.NeedsOverride))
        {
            return new Refusal(RefusalCodes.NeedsConfirmation, string.Join(" ", advice.Select(item => item.Message).Prepend("The policy begins to enforce: senders stop delivering to hosts that fail.")), "mode");
        }
        var taken = await take(domain, consent == PolicyConsent.Override);
        if (!taken.IsDone)
            return taken.Refusal!;
        var after = await grains.ViewAfter(actor, view.Name, null);
        return after.IsDone ? new PolicyChanged(after.Value, taken.Value.Advice) : after.Refusal!;
    }
}
