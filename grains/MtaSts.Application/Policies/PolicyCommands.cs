using Microsoft.Extensions.Options;
using MtaSts.Application.Domains;
using MtaSts.Application.Readiness;
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

/// <summary>
/// Changes a policy. Each command compares the policy with the current MX records, and one that begins to enforce with the conditions of <see cref="ReadinessReport"/>. It accepts the policy
/// unless advice needs confirmation or an override.
/// </summary>
public sealed class PolicyCommands(IGrainFactory grains, TimeProvider clock, IClockStatus calendar, IOptions<ReadinessOptions> readiness)
{
    /// <summary>Sets the policy: served at once as a new version while hosting is on, otherwise saved as the draft that hosting starts with.</summary>
    /// <param name="reason">For the history; null: none. Required to enforce a policy that is not ready.</param>
    public Task<CommandResult<PolicyChanged>> Put(Actor actor, string name, PolicyContent content, string? reason, PolicyConsent consent) => Take(
        actor,
        name,
        consent,
        reason,
        _ => Task.FromResult<PolicyContent?>(content),
        (domain, isOverridden, further) => domain.PutPolicy(actor.WorkspaceId, content, actor.Name, Text(reason), isOverridden, further));

    /// <summary>Makes an earlier version's content a new version.</summary>
    /// <param name="reason">As for <see cref="Put"/>.</param>
    public Task<CommandResult<PolicyChanged>> Restore(Actor actor, string name, int number, string? reason, PolicyConsent consent) => Take(
        actor,
        name,
        consent,
        reason,
        async domain => (await domain.GetVersions(actor.WorkspaceId))?.FirstOrDefault(version => version.Number == number)?.Content,
        (domain, isOverridden, further) => domain.RestorePolicy(actor.WorkspaceId, number, actor.Name, isOverridden, Text(reason), further));

    private static string? Text(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();

    private async Task<CommandResult<PolicyChanged>> Take(
        Actor actor, string name, PolicyConsent consent, string? reason, Func<IDomainGrain, Task<PolicyContent?>> proposed, Func<IDomainGrain, bool, PolicyAdvice?, Task<CommandResult<PolicyTaken>>> take)
    {
        var found = await grains.ClaimedDomain(actor, Permissions.PolicyWrite, name);
        if (found is not { Value: { } view })
            return found.Refusal!;
        await MxFreshness.LookAgain(grains, view, clock.GetUtcNow());
        var domain = grains.Domain(view.Name);
        PolicyAdvice? notReady = null;
        if (view.Policy?.Content.Mode != PolicyMode.Enforce && await proposed(domain) is { Mode: PolicyMode.Enforce } content && await domain.CheckPolicy(actor.WorkspaceId, content) is { Value.Advice: { } advice })
        {
            notReady = await ReadinessReader.Advice(grains, actor.WorkspaceId, view.Name, content, readiness.Value, calendar.Calendar);
            if (notReady is not null && consent == PolicyConsent.Override && Text(reason) is null)
                return new Refusal(RefusalCodes.Invalid, $"State the reason: it is recorded. {notReady.Message}", "reason");
            if (consent == PolicyConsent.None && notReady is null && !advice.Any(item => item.NeedsOverride))
            {
                var begins = view.Policy?.Content.Mode == PolicyMode.Testing ? "The policy meets all conditions for enforce." : "The policy begins to enforce: senders stop delivering to hosts that fail.";
                return new Refusal(RefusalCodes.NeedsConfirmation, string.Join(" ", advice.Select(item => item.Message).Prepend(begins)), "mode");
            }
        }
        var taken = await take(domain, consent == PolicyConsent.Override, notReady);
        if (taken.Refusal is { } refusal)
            return notReady is not null && refusal.Code == RefusalCodes.NeedsOverride ? refusal with { Code = RefusalCodes.NotReady } : refusal;
        var after = await grains.ViewAfter(actor, view.Name, null);
        return after.IsDone ? new PolicyChanged(after.Value, taken.Value!.Advice) : after.Refusal!;
    }
}
