using System.Collections.Immutable;
using System.Security.Cryptography;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Which version is served, and how a new one takes its place.</summary>
internal static class PolicyVersions
{
    /// <summary>The version senders are given; null when they get 404.</summary>
    public static PolicyVersion? Current(DomainState state) =>
        state.Serving == ServingState.Off || state.Versions.IsEmpty ? null : state.Versions[^1];

    /// <summary>
    /// The version that senders know from this workspace: the one served, or while retiring the last one before it, to which switching on again goes back. Null when
    /// there is none in this life of hosting.
    /// </summary>
    public static PolicyVersion? KnownFrom(DomainState state, string workspace) => state switch
    {
        _ when state.Holder != workspace => null,
        { Serving: ServingState.Provisioning or ServingState.Live } => Current(state),
        { Serving: ServingState.Retiring } => state.Versions.LastOrDefault(version => version.Workspace == workspace && version.Content.Mode != PolicyMode.None && !(version.ServedFrom < state.LifeSince)),
        _ => null,
    };

    /// <summary>The owner wants the version as it is served.</summary>
    public static DomainState Accept(DomainState state) => Current(state) is { HeldBack.IsEmpty: false } current
        ? state with { Versions = state.Versions.SetItem(state.Versions.Length - 1, current with { HeldBack = [] }) }
        : state;

    /// <summary>Begins to serve a new version: the predecessor ends at the same moment, so that there is never a gap.</summary>
    public static DomainState Serve(DomainState state, PolicyContent content, string workspace, string by, string? reason, DateTimeOffset now, ImmutableArray<string> overridden = default, ImmutableArray<string> heldBack = default)
    {
        state = Cease(state, now);
        var version = new PolicyVersion
        {
            Number = state.Versions.IsEmpty ? 1 : state.Versions[^1].Number + 1,
            Id = PolicyId.Mint(now, [.. state.Versions.Select(v => v.Id)], Entropy()),
            Content = content,
            Workspace = workspace,
            CreatedAt = now,
            CreatedBy = by,
            Reason = reason,
            Overridden = overridden.IsDefault ? [] : overridden,
            HeldBack = heldBack.IsDefault ? [] : heldBack,
            ServedFrom = now,
        };
        return state with { Versions = state.Versions.Add(version) };
    }

    /// <summary>Notes that the newest version is not handed out any longer.</summary>
    public static DomainState Cease(DomainState state, DateTimeOffset now) =>
        state.Versions.IsEmpty || state.Versions[^1].ServedUntil is not null
            ? state
            : state with { Versions = state.Versions.SetItem(state.Versions.Length - 1, state.Versions[^1] with { ServedUntil = now }) };

    /// <summary>Notes that a gateway went on serving a version after this grain had replaced it.</summary>
    public static DomainState ServedUntil(DomainState state, int number, DateTimeOffset until)
    {
        for (var i = 0; i < state.Versions.Length; i++)
        {
            if (state.Versions[i].Number == number && state.Versions[i].ServedUntil < until)
                return state with { Versions = state.Versions.SetItem(i, state.Versions[i] with { ServedUntil = until }) };
        }
        return state;
    }

    /// <summary>The file's bytes.</summary>
    public static byte[] Body(PolicyContent content) => PolicyWriter.Write(content.ToPolicy());

    // Two domains, or two lives of one domain after its state was deleted, never share an id by accident.
    private static byte[] Entropy() => RandomNumberGenerator.GetBytes(PolicyId.EntropyLength);
}
