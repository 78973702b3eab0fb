using System.Buffers;

namespace MtaSts.Protocol.Reports;

/// <summary>
/// Buffers of a decoder. Small buffers come from the shared pool. That pool keeps large buffers for each thread: more than 100 MiB after a few
/// decompression bombs. Therefore the two largest of the returned large buffers are kept here, by weak references, and reused. Thread-safe.
/// </summary>
public sealed class ReportBuffers
{
    /// <summary>Buffers up to this size come from the shared pool.</summary>
    internal const int MaxPooled = 1024 * 1024;

    /// <summary>A report uses two at a time: the encoded content of a mail, and its unpacked form.</summary>
    private readonly WeakReference<byte[]?>[] kept = [new(null), new(null)];

    /// <summary>A buffer of at least this length, with undefined content.</summary>
    internal byte[] Rent(int length)
    {
        if (length <= MaxPooled)
            return ArrayPool<byte>.Shared.Rent(length);
        lock (kept)
        {
            foreach (var place in kept)
            {
                if (place.TryGetTarget(out var array) && array.Length >= length)
                {
                    place.SetTarget(null);
                    return array;
                }
            }
        }
        return GC.AllocateUninitializedArray<byte>(length);
    }

    internal void Return(byte[] array)
    {
        if (array.Length <= MaxPooled)
        {
            ArrayPool<byte>.Shared.Return(array);
            return;
        }
        lock (kept)
        {
            var smallest = kept.MinBy(static place => place.TryGetTarget(out var other) ? other.Length : 0)!;
            if (!smallest.TryGetTarget(out var there) || there.Length < array.Length)
                smallest.SetTarget(array);
        }
    }
}
