using System.Collections.Immutable;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>
/// What goes when there is too much in a quarantine. The report addresses are public, so anybody can fill theirs: each network has a quota of an address, and each
/// address one of the workspace. What comes in pushes out nothing of another address that is within its quota.
/// </summary>
internal static class QuarantineQuota
{
    /// <summary>Of an address, what one network may hold.</summary>
    public const int MaxItemsOfNetwork = 100;

    /// <summary>Its bytes: one largest envelope and some.</summary>
    public const long MaxBytesOfNetwork = 16L * 1024 * 1024;

    /// <summary>Members upload archives of many files, and see what becomes of them.</summary>
    public const int MaxItemsOfUploads = 500;

    /// <summary>Their bytes.</summary>
    public const long MaxBytesOfUploads = 128L * 1024 * 1024;

    /// <summary>The next to go; null when everything is within its quota.</summary>
    /// <param name="items">Oldest first, the new one among them.</param>
    /// <param name="incoming">The new one.</param>
    public static QuarantineItem? Victim(ImmutableList<QuarantineItem> items, QuarantineItem incoming)
    {
        var ofAddress = items.FindAll(item => item.AddressedTo == incoming.AddressedTo);
        if (incoming.Network is not null && ofAddress.FindAll(item => item.Network == incoming.Network) is var ofNetwork && Exceeds(ofNetwork, MaxItemsOfNetwork, MaxBytesOfNetwork))
            return Least(ofNetwork);
        var isUpload = incoming.AddressedTo is null;
        if (Exceeds(ofAddress, isUpload ? MaxItemsOfUploads : IQuarantineGrain.MaxItemsOfAddress, isUpload ? MaxBytesOfUploads : IQuarantineGrain.MaxBytesOfAddress))
            return Least(ofAddress);
        // Many addresses are filled at once: the one that holds most gives way, and what holds less than an equal part is safe.
        return Exceeds(items, IQuarantineGrain.MaxItems, IQuarantineGrain.MaxBytes) ? Least([.. items.GroupBy(item => item.AddressedTo).MaxBy(Weight)!]) : null;
    }

    /// <summary>What is worth least: of it the oldest of the network that holds most.</summary>
    private static QuarantineItem Least(ImmutableList<QuarantineItem> items)
    {
        var least = items.Min(Worth);
        return items.Where(item => Worth(item) == least).GroupBy(item => item.Network ?? item.Source).MaxBy(Weight)!.First();
    }

    private static int Worth(QuarantineItem item) => item switch
    {
        { IsVouchedFor: true } => 3,
        { Code: nameof(RefusalReason.NotAReport) } => 0,
        { Code: QuarantineCodes.NoPolicies } => 1,
        _ when QuarantineCodes.IsDecoding(item.Code) => 1,
        _ => 2,
    };

    private static double Weight(IEnumerable<QuarantineItem> items) => items.Sum(item => (1d / IQuarantineGrain.MaxItems) + ((double)item.Size / IQuarantineGrain.MaxBytes));

    private static bool Exceeds(ImmutableList<QuarantineItem> items, int most, long mostBytes) => items.Count > most || items.Sum(item => (long)item.Size) > mostBytes;
}
