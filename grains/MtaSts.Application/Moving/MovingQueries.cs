using System.Text;
using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Moving;

/// <summary>A policy for another service to serve.</summary>
/// <param name="Text">The file, byte for byte as served here; ASCII.</param>
/// <param name="BodyHash">SHA-256 of its bytes in lower-case hexadecimal.</param>
/// <param name="Id">The id of the version served now; null when none is served.</param>
/// <param name="CachedUntil">When the last copy cached by a sender would expire if hosting were switched off now; null when nothing was served.</param>
public sealed record PolicyExport(PolicyContent Content, string Text, string BodyHash, string? Id, DateTimeOffset? CachedUntil);

/// <summary>Domains that move to this service or away from it.</summary>
public sealed class MovingQueries(IGrainFactory grains)
{
    /// <summary>The policy that another service serves, compared with that of this one, and the next step.</summary>
    public async Task<CommandResult<MoveInReport>> In(Actor actor, string name)
    {
        var view = await grains.ClaimedDomain(actor, Permissions.DomainsRead, name);
        if (!view.IsDone)
            return view.Refusal!;
        return MoveInReport.Of(view.Value) is { } report ? report : None(view.Value);
    }

    /// <summary>The policy for another service: the one served here, or the last one while hosting ends.</summary>
    public async Task<CommandResult<PolicyExport>> Export(Actor actor, string name)
    {
        var view = await grains.ClaimedDomain(actor, Permissions.DomainsRead, name);
        if (!view.IsDone)
            return view.Refusal!;
        var isEnding = view.Value.Hosting.State is HostingState.Retiring or HostingState.Removing;
        if ((isEnding ? view.Value.Draft : view.Value.Policy?.Content ?? view.Value.Draft) is not { } content)
            return new Refusal(RefusalCodes.NotFound, $"{view.Value.Name} has no policy yet. Set one first.");
        var text = content.ToText();
        return new PolicyExport(content, text, PolicyFetch.HashOf(Encoding.ASCII.GetBytes(text)), isEnding ? null : view.Value.Policy?.Id, view.Value.Hosting.SafeToRemoveAt);
    }

    internal static Refusal None(DomainView view) => new(RefusalCodes.NotFound, view.LastObservation?.Elsewhere is { Fault: { } fault }
        ? $"The policy of {view.Name} cannot be fetched from the other service: {fault.Text} Correct it there first, or set the policy here."
        : $"No other service serves a policy for {view.Name}, or the domain has moved.");
}
