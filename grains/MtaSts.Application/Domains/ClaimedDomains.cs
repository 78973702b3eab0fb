using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Domains;

/// <summary>Finds a domain by user input, including upper case and U-labels. A name that is not claimed activates no domain grain.</summary>
internal static class ClaimedDomains
{
    /// <summary>The normalised name, for an actor with the permission whose workspace has a claim.</summary>
    public static async Task<CommandResult<string>> ClaimedName(this IGrainFactory grains, Actor actor, string permission, string name)
    {
        if (actor.Lacks(permission) is { } refusal)
            return refusal;
        return DomainName.TryParse(name, out var domain, out _) && await grains.Workspace(actor.WorkspaceId).HasClaim(domain.Value) ? domain.Value : NoClaim(name);
    }

    /// <summary>The domain as the actor's workspace sees it.</summary>
    public static async Task<CommandResult<DomainView>> ClaimedDomain(this IGrainFactory grains, Actor actor, string permission, string name)
    {
        var known = await grains.ClaimedName(actor, permission, name);
        if (!known.IsDone)
            return known.Refusal!;
        return await grains.Domain(known.Value).GetView(actor.WorkspaceId) is { } view ? view : NoClaim(name);
    }

    /// <summary>The result of a command: the current state of the domain.</summary>
    public static async Task<CommandResult<DomainView>> ViewAfter(this IGrainFactory grains, Actor actor, string name, Refusal? refusal) =>
        refusal is not null ? refusal : await grains.Domain(name).GetView(actor.WorkspaceId) is { } view ? view : NoClaim(name);

    public static Refusal NoClaim(string name) => new(RefusalCodes.NotFound, $"This workspace has no claim on {name}. Add the domain first.");
}
