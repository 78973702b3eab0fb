namespace MtaSts.Grains.Reports;

/// <summary>Rules for adding and removing quarantine items. An unchanged state is the same object.</summary>
internal static class QuarantineRules
{
    /// <summary>An existing item keeps its position.</summary>
    public static QuarantineState Put(QuarantineState state, QuarantineItem item, DateTimeOffset now)
    {
        var at = state.Items.FindIndex(other => other.Id == item.Id);
        return Bound(state with
        {
            Items = at < 0 ? state.Items.Add(Bare(item) with { PutAt = now }) : state.Items.SetItem(at, Bare(item) with { PutAt = state.Items[at].PutAt }),
            Discarding = state.Discarding.Remove(item.Id), // It was received again before its envelope was deleted.
        }, item, now);
    }

    public static QuarantineState Remove(QuarantineState state, string id)
    {
        var items = state.Items.RemoveAll(item => item.Id == id);
        return items.Count == state.Items.Count ? state : state with { Items = items, Copies = state.Copies.Remove(id) };
    }

    /// <summary>Marks items for replay because a report with one of these contents was counted.</summary>
    public static QuarantineState Counted(QuarantineState state, IReadOnlyCollection<string> contents)
    {
        string[] copies = [.. state.Items.Where(item => item.Code is QuarantineCodes.Unauthenticated or QuarantineCodes.Conflict && item.Contents.Any(contents.Contains)).Select(item => item.Id).Except(state.Copies)];
        return copies.Length == 0 ? state : state with { Copies = state.Copies.AddRange(copies) };
    }

    public static QuarantineState Replayed(QuarantineState state, string id) => state.Copies.Contains(id) ? state with { Copies = state.Copies.Remove(id) } : state;

    /// <summary>Removes it from the list immediately; its envelope is deleted after this is durable.</summary>
    public static QuarantineState Discard(QuarantineState state, string id)
    {
        var next = Remove(state, id);
        return ReferenceEquals(next, state) ? state : next with { Discarding = state.Discarding.Add(id) };
    }

    public static QuarantineState Discarded(QuarantineState state, IReadOnlyCollection<string> ids) =>
        state.Discarding.Any(ids.Contains) ? state with { Discarding = state.Discarding.RemoveAll(ids.Contains) } : state;

    /// <summary>Removes items quarantined before this time.</summary>
    public static QuarantineState Expire(QuarantineState state, DateTimeOffset before)
    {
        string[] expired = [.. state.Items.Where(IsExpired).Select(item => item.Id)];
        return expired.Length == 0 ? state : state with { Items = state.Items.RemoveAll(IsExpired), Discarding = state.Discarding.AddRange(expired) };

        bool IsExpired(QuarantineItem item) => (item.PutAt ?? item.ReceivedAt) < before;
    }

    /// <summary>The first item that an older decoder could not read.</summary>
    public static QuarantineItem? NextForDecoder(QuarantineState state, int version) =>
        state.Items.Find(item => item.DecoderVersion < version && QuarantineCodes.IsDecoding(item.Code));

    /// <summary>Marks the item as tried before the attempt: an item that crashes the process is tried only once.</summary>
    public static QuarantineState Tried(QuarantineState state, string id, int version)
    {
        var at = state.Items.FindIndex(item => item.Id == id);
        return at < 0 ? state : state with { Items = state.Items.SetItem(at, state.Items[at] with { DecoderVersion = version }) };
    }

    /// <summary>Shortens names, because they are untrusted.</summary>
    private static QuarantineItem Bare(QuarantineItem item) => item with { FileName = item.FileName is { } name ? Capped.Name(name) : null };

    private static QuarantineState Bound(QuarantineState state, QuarantineItem incoming, DateTimeOffset now)
    {
        while (QuarantineQuota.Victim(state.Items, incoming) is { } victim)
        {
            state = state with
            {
                Items = state.Items.Remove(victim),
                Discarding = state.Discarding.Add(victim.Id),
            };
            if (victim.AddressedTo is not null || victim.Id != incoming.Id)
                state = state with { Dropped = state.Dropped + 1, LastDropped = now };
        }
        return state;
    }
}
