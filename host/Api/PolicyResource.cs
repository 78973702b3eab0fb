using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>A policy: the version served, or the draft that hosting would start with.</summary>
internal sealed record PolicyResource
{
    /// <summary>The version; null for a draft.</summary>
    public required int? Number { get; init; }

    /// <summary>The version's id; null for a draft. Publish it when <see cref="Announced"/> is true.</summary>
    public required string? Id { get; init; }
    public required PolicyMode Mode { get; init; }
    public required IReadOnlyList<string> Mx { get; init; }

    /// <summary>Seconds for which senders cache the policy.</summary>
    public required int MaxAge { get; init; }

    /// <summary>The policy file as served to senders.</summary>
    public required string Text { get; init; }

    /// <summary>Every gateway serves this version: its id may be published in the DNS.</summary>
    public required bool Announced { get; init; }

    /// <summary>When the id may be published; null when it may be published now, or for a draft.</summary>
    public required DateTimeOffset? AnnounceAt { get; init; }
    public required DateTimeOffset? CreatedAt { get; init; }
    public required string? CreatedBy { get; init; }
    public required string? Reason { get; init; }
    public required DateTimeOffset? ServedFrom { get; init; }

    /// <summary>Null: still served, or never served.</summary>
    public required DateTimeOffset? ServedUntil { get; init; }

    /// <summary>Codes of the advice that was overridden for this version.</summary>
    public IReadOnlyList<string> Overridden { get; init; } = [];

    /// <summary>Advice on this version; only after a PUT.</summary>
    public IReadOnlyList<PolicyAdviceResource> Advice { get; init; } = [];

    /// <summary>Differences from the previous version; only in the history.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    public static PolicyResource? Of(DomainView view) =>
        view.Policy is { } served ? Of(served, view.Hosting.AnnounceAt) : view.Draft is { } draft ? Of(draft) : null;

    public static PolicyResource Of(PolicyVersionView version, DateTimeOffset? announceAt = null) => Of(version.Content) with
    {
        Number = version.Number,
        Id = version.Id,
        Announced = version.Announced,
        AnnounceAt = version.Announced ? null : announceAt,
        CreatedAt = version.CreatedAt,
        CreatedBy = version.CreatedBy,
        Reason = version.Reason,
        ServedFrom = version.ServedFrom,
        ServedUntil = version.ServedUntil,
        Overridden = version.Overridden,
    };

    private static PolicyResource Of(PolicyContent content) => new()
    {
        Number = null,
        Id = null,
        Mode = content.Mode,
        Mx = content.Mx,
        MaxAge = content.MaxAge,
        Text = content.ToText(),
        Announced = false,
        AnnounceAt = null,
        CreatedAt = null,
        CreatedBy = null,
        Reason = null,
        ServedFrom = null,
        ServedUntil = null,
    };
}

/// <summary>Advice to consider before a policy is served.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">Human-readable text: what may happen and what to do.</param>
/// <param name="NeedsOverride">The policy could lose mail: it is refused until the owner confirms it. The confirmation is recorded.</param>
/// <param name="Field">The affected field of the policy; null for the whole policy.</param>
internal sealed record PolicyAdviceResource(string Code, string Message, bool NeedsOverride, string? Field)
{
    public static PolicyAdviceResource Of(PolicyAdvice advice) => new(advice.Code, advice.Message, advice.NeedsOverride, advice.Field);
}
