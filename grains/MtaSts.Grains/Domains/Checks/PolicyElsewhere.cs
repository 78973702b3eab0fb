using System.Text.Json.Serialization;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>A policy that the domain announces in its DNS and another service serves, and the results of fetching it.</summary>
/// <param name="Id">The id of the policy record at the last successful fetch with a readable record; null before the first.</param>
/// <param name="ContentOfId">The content that was first fetched under <paramref name="Id"/>, which senders keep until the id changes (RFC 8461 §3.1); null when it is not known.</param>
/// <param name="Content">The policy as last fetched; null when no fetch has returned its content.</param>
/// <param name="FailingSince">When the fetches began to fail; null after a successful fetch.</param>
/// <param name="OutdatedSince">When the content was first seen to differ from <paramref name="ContentOfId"/>, plus the TTL of the policy record: until then the record may
/// come from a cache, and the owner may have published a new id. Null while the content does not differ.</param>
/// <param name="AbsentSince">The first observation without a policy record; null while there is one.</param>
internal sealed record PolicyElsewhere(
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("contentOfId")] PolicyContent? ContentOfId,
    [property: JsonPropertyName("content")] PolicyContent? Content,
    [property: JsonPropertyName("failingSince")] DateTimeOffset? FailingSince = null,
    [property: JsonPropertyName("outdatedSince")] DateTimeOffset? OutdatedSince = null,
    [property: JsonPropertyName("absentSince")] DateTimeOffset? AbsentSince = null)
{
    /// <summary>Longest TTL that counts for <see cref="OutdatedSince"/>; common resolvers cache no longer. Bounds: how long an owner can defer the alert.</summary>
    private static readonly TimeSpan MaxCached = TimeSpan.FromDays(1);

    /// <summary>Whether the domain has a policy record, or a TXT record that was probably meant as one.</summary>
    public static bool IsAnnounced(LookupView record) => record.Status == DnsStatus.Found && PolicyRecord.Select(record.Values) is not PolicyRecordReading.None { NearMiss: null };

    /// <summary>
    /// Records an observation. A failed lookup, of the records or of the policy host's addresses, changes nothing. When the policy is no longer announced, it is kept until
    /// an observation at least <paramref name="grace"/> after the first confirms this.
    /// </summary>
    public static DomainState Note(DomainState state, Observation seen, TimeSpan grace)
    {
        if (seen.PolicyRecord.Status == DnsStatus.Failed || seen.Cname.Status == DnsStatus.Failed || seen.Elsewhere is { Fault.IsConclusive: false })
            return state;
        return state with { Elsewhere = seen.Elsewhere is { } fetch ? After(state.Elsewhere, seen, fetch) : WithoutFetch(state.Elsewhere, seen.At, grace) };
    }

    private static PolicyElsewhere After(PolicyElsewhere? known, Observation seen, PolicyFetch fetch)
    {
        var id = IdIn(seen.PolicyRecord);
        known = (known ?? new(id, null, null)) with { AbsentSince = null };
        if (fetch.Fault is not null)
            return known with { FailingSince = known.FailingSince ?? seen.At, OutdatedSince = id is null || id == known.Id ? known.OutdatedSince : null }; // Under which id the content is now is not known.
        known = known with { Content = fetch.Content, FailingSince = null };
        if (id is null || fetch.Content is null)
            return known;
        if (id != known.Id || known.ContentOfId is null)
            return known with { Id = id, ContentOfId = fetch.Content, OutdatedSince = null };
        var mayBeCachedUntil = seen.At + TimeSpan.FromSeconds(Math.Min(seen.PolicyRecord.Ttl, MaxCached.TotalSeconds));
        return known with { OutdatedSince = IsSame(known.ContentOfId, fetch.Content) ? null : known.OutdatedSince ?? mayBeCachedUntil };
    }

    private static PolicyElsewhere? WithoutFetch(PolicyElsewhere? known, DateTimeOffset at, TimeSpan grace) =>
        known?.AbsentSince + grace <= at ? null : known is null ? null : known with { AbsentSince = known.AbsentSince ?? at };

    private static string? IdIn(LookupView record) => PolicyRecord.Select(record.Values) is PolicyRecordReading.Found found ? found.Record.Id : null;

    private static bool IsSame(PolicyContent before, PolicyContent after) =>
        before.Mode == after.Mode && before.MaxAge == after.MaxAge && before.Mx.ToHashSet(StringComparer.Ordinal).SetEquals(after.Mx);
}
