using System.Buffers;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Rented arrays. The shared pool keeps large ones for each thread, a hundred MiB and more after a few bombs; here one is kept for all.</summary>
internal static class LargeBuffer
{
    /// <summary>Up to this the shared pool serves.</summary>
    public const int From = 1024 * 1024;

    /// <summary>Largest that is kept: what the default limits unpack to.</summary>
    private const int LargestKept = (32 * 1024 * 1024) + 1;

    private static byte[]? kept;

    /// <summary>At least this long; what is in it is anybody's.</summary>
    public static byte[] Rent(int length)
    {
        if (length <= From)
            return ArrayPool<byte>.Shared.Rent(length);
        var array = Interlocked.Exchange(ref kept, null);
        return array is not null && array.Length >= length ? array : GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>The one that is kept becomes garbage.</summary>
    public static void LetGo() => Volatile.Write(ref kept, null);

    public static void Return(byte[] array)
    {
        if (array.Length <= From)
            ArrayPool<byte>.Shared.Return(array);
        else if (array.Length <= LargestKept && (Volatile.Read(ref kept)?.Length ?? 0) < array.Length)
            Volatile.Write(ref kept, array);
    }
}
