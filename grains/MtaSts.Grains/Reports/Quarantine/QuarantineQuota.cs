using System.Collections.Immutable;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Selects the items to remove from a full quarantine. Report addresses are public, so anyone can flood them: each network has a quota of an address, and each
/// address has a quota of the workspace. A new item never displaces an item of another address that is within its quota.
/// </summary>
internal static class QuarantineQuota
{
    /// <summary>Maximum number of items of one network per address.</summary>
    public const int MaxItemsOfNetwork = 100;

    /// <summary>Maximum bytes of one network per address: slightly more than the largest envelope.</summary>
    public const long MaxBytesOfNetwork = 16L * 1024 * 1024;

    /// <summary>One complete upload: members upload archives of many files, and see the result of each.</summary>
    public const int MaxItemsOfUploads = IQuarantineGrain.MaxItemsOfUploads;

    /// <summary>
    /// Number of steps into which the capacity of a quarantine is divided for comparing networks. Networks within the same step count as equal: one step is
    /// one item that is not large. Where sixty networks send a handful each, one that sent a single item keeps it.
    /// </summary>
    private const int Steps = IQuarantineGrain.MaxItems;

    /// <summary>Maximum bytes of uploads.</summary>
    public const long MaxBytesOfUploads = 128L * 1024 * 1024;

    /// <summary>The next item to remove; null when everything is within its quota.</summary>
    /// <param name="items">Oldest first, including the new one.</param>
    /// <param name="incoming">The new one.</param>
    public static QuarantineItem? Victim(ImmutableList<QuarantineItem> items, QuarantineItem incoming)
    {
        var ofAddress = items.FindAll(item => item.AddressedTo == incoming.AddressedTo);
        if (incoming.Network is not null && ofAddress.FindAll(item => item.Network == incoming.Network) is var ofNetwork && Exceeds(ofNetwork, MaxItemsOfNetwork, MaxBytesOfNetwork))
            return Least(ofNetwork);
        // An upload beyond the quota is itself removed: the member sees that in the result of the upload and still has the file.
        if (incoming.AddressedTo is null && Exceeds(ofAddress, MaxItemsOfUploads, MaxBytesOfUploads))
            return items.Find(item => item.Id == incoming.Id);
        if (incoming.AddressedTo is not null && Exceeds(ofAddress, IQuarantineGrain.MaxItemsOfAddress, IQuarantineGrain.MaxBytesOfAddress))
            return Least(ofAddress);
        // Many addresses are flooded at once: the largest loses an item, and one with less than an equal share is safe.
        var addressed = items.FindAll(item => item.AddressedTo is not null);
        return Exceeds(addressed, IQuarantineGrain.MaxItems, IQuarantineGrain.MaxBytes) ? Least([.. addressed.GroupBy(item => item.AddressedTo).MaxBy(Weight)!]) : null;
    }

    /// <summary>
    /// The item to remove: from the network with the most, the least valuable item, the oldest of those. A network that sends much therefore loses its own items. Of networks
    /// in the same step (<see cref="Steps"/>), the one with the least valuable item is chosen. Verified items are removed only when there are no others.
    /// </summary>
    private static QuarantineItem Least(ImmutableList<QuarantineItem> items)
    {
        var candidates = items.FindAll(item => !item.IsVouchedFor);
        return (candidates.IsEmpty ? items : candidates).GroupBy(item => item.Network ?? item.Source)
            .OrderByDescending(network => (int)(Weight(network) * Steps)).ThenBy(network => network.Min(Worth)).First().MinBy(Worth)!;
    }

    private static int Worth(QuarantineItem item) => item switch
    {
        { Code: nameof(RefusalReason.NotAReport) } => 0,
        { Parts.Count: > 0 } => 3, // The rest of it was counted.
        { Code: QuarantineCodes.NoPolicies } => 1,
        _ when QuarantineCodes.IsDecoding(item.Code) => 1,
        _ => 2,
    };

    private static double Weight(IEnumerable<QuarantineItem> items) => items.Sum(item => (1d / IQuarantineGrain.MaxItems) + ((double)item.Size / IQuarantineGrain.MaxBytes));

    private static bool Exceeds(ImmutableList<QuarantineItem> items, int most, long mostBytes) => items.Count > most || items.Sum(item => (long)item.Size) > mostBytes;
}
