using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>The served version and its replacement.</summary>
internal static class PolicyVersions
{
    /// <summary>Maximum number of changes in the history. Older versions are removed, except the announced one: a row that is rewritten at each change must not grow without bound.</summary>
    public const int MaxKept = 200;

    /// <summary>The version served to senders; null when they get 404.</summary>
    public static PolicyVersion? Current(DomainState state) =>
        state.Serving == ServingState.Off || state.Versions.IsEmpty ? null : state.Versions[^1];

    /// <summary>
    /// The version of this workspace that senders know: the served one, or while retiring the last one before it, which is restored when hosting is switched on again. Null when
    /// there is none in this hosting period.
    /// </summary>
    public static PolicyVersion? KnownFrom(DomainState state, string workspace) => state switch
    {
        _ when state.Holder != workspace => null,
        { Serving: ServingState.Provisioning or ServingState.Live } => Current(state),
        { Serving: ServingState.Retiring } => state.Versions.LastOrDefault(version => version.Workspace == workspace && version.Content.Mode != PolicyMode.None && !(version.ServedFrom < state.LifeSince)),
        _ => null,
    };

    /// <summary>The owner accepts the version as served.</summary>
    public static DomainState Accept(DomainState state) => Current(state) is { HeldBack.IsEmpty: false } current
        ? state with { Versions = state.Versions.SetItem(state.Versions.Length - 1, current with { HeldBack = [] }) }
        : state;

    /// <summary>Marks the served version as made by the service itself.</summary>
    public static DomainState Automatic(DomainState state) => state with { Versions = state.Versions.SetItem(state.Versions.Length - 1, state.Versions[^1] with { IsAutomatic = true }) };

    /// <summary>Starts to serve a new version: the predecessor ends at the same time, without a gap.</summary>
    public static DomainState Serve(DomainState state, PolicyContent content, string workspace, string by, string? reason, DateTimeOffset now, ImmutableArray<string> overridden = default, ImmutableArray<string> heldBack = default, byte[]? entropy = null)
    {
        state = Cease(state, now);
        var version = new PolicyVersion
        {
            Number = state.Versions.IsEmpty ? 1 : state.Versions[^1].Number + 1,
            Id = PolicyId.Mint(IdTime(state, now), [.. state.Versions.Select(v => v.Id)], entropy ?? Entropy()),
            Content = content,
            Workspace = workspace,
            CreatedAt = now,
            CreatedBy = by,
            Reason = reason,
            Overridden = overridden.IsDefault ? [] : overridden,
            HeldBack = heldBack.IsDefault ? [] : heldBack,
            ServedFrom = now,
        };
        return Prune(state with { Versions = state.Versions.Add(version) });
    }

    /// <summary>Removes the versions that are neither among the last ones nor announced, and records what the retirement clock and the ids need of them.</summary>
    public static DomainState Prune(DomainState state, int kept = MaxKept)
    {
        foreach (var version in state.Versions.SkipLast(kept).Where(version => version.Number != state.AnnouncedNumber))
        {
            var (cachedUntil, idAt) = (version.ServedUntil!.Value + TimeSpan.FromSeconds(version.Content.MaxAge), TimeOf(version.Id));
            var removed = state.RemovedVersions ?? new RemovedVersions(cachedUntil, version.Content.MaxAge, idAt);
            state = state with
            {
                Versions = state.Versions.Remove(version),
                RemovedVersions = new(Later(removed.CachedUntil, cachedUntil), Math.Max(removed.LongestMaxAge, version.Content.MaxAge), Later(removed.LastIdAt, idAt)),
            };
        }
        return state;
    }

    /// <summary>Records which version's id the DNS shows. Of an id that comes back, the later ones are seen anew.</summary>
    public static DomainState NoteId(DomainState state, Observation seen)
    {
        if (seen.PolicyRecord.Status != DnsStatus.Found || PolicyRecord.Select(seen.PolicyRecord.Values) is not PolicyRecordReading.Found { Record.Id: var id })
            return state;
        var at = Array.FindIndex([.. state.Versions], version => version.Id == id);
        if (at < 0 || (state.Versions[at].IdSeenAt is not null && state.Versions.Skip(at + 1).All(version => version.IdSeenAt is null)))
            return state;
        return state with
        {
            Versions = [.. state.Versions.Select((version, i) => i == at ? version with { IdSeenAt = version.IdSeenAt ?? seen.At } : i > at ? version with { IdSeenAt = null } : version)],
        };
    }

    /// <summary>
    /// When the DNS first showed an id later than the version's. Until then, some senders renew their copy of it without a fetch, because the id is still the one under which they
    /// fetched it. Null: not yet.
    /// </summary>
    public static DateTimeOffset? RenewedUntil(DomainState state, PolicyVersion version) => state.Versions.Where(later => later.Number > version.Number).Min(static later => later.IdSeenAt);

    /// <summary>Records that the newest version is no longer served.</summary>
    public static DomainState Cease(DomainState state, DateTimeOffset now) =>
        state.Versions.IsEmpty || state.Versions[^1].ServedUntil is not null
            ? state
            : state with { Versions = state.Versions.SetItem(state.Versions.Length - 1, state.Versions[^1] with { ServedUntil = now }) };

    /// <summary>Records that a gateway continued to serve a version after this grain had replaced it.</summary>
    public static DomainState ServedUntil(DomainState state, int number, DateTimeOffset until)
    {
        for (var i = 0; i < state.Versions.Length; i++)
        {
            if (state.Versions[i].Number == number && state.Versions[i].ServedUntil < until)
                return state with { Versions = state.Versions.SetItem(i, state.Versions[i] with { ServedUntil = until }) };
        }
        // The max_age of a removed version is not known any more.
        return state.RemovedVersions is { } removed && state.Versions.All(version => version.Number != number)
            ? state with { RemovedVersions = removed with { CachedUntil = Later(removed.CachedUntil, until + TimeSpan.FromSeconds(removed.LongestMaxAge)) } }
            : state;
    }

    /// <summary>The file's bytes.</summary>
    public static byte[] Body(PolicyContent content) => PolicyWriter.Write(content.ToPolicy());

    // The time in an id is later than that of every removed one, also when the clock goes back: the ids themselves are not known any more.
    private static DateTimeOffset IdTime(DomainState state, DateTimeOffset now) => state.RemovedVersions is { } removed ? Later(now, removed.LastIdAt.AddSeconds(1)) : now;

    private static DateTimeOffset TimeOf(string id) =>
        DateTimeOffset.ParseExact(id.AsSpan(0, PolicyId.TimeFormat.Length), PolicyId.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    // Prevents equal ids of two domains, or of one domain whose state was deleted and created again.
    private static byte[] Entropy() => RandomNumberGenerator.GetBytes(PolicyId.EntropyLength);
}
