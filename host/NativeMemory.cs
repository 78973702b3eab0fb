using System.Runtime.InteropServices;

namespace MtaSts.Host;

/// <summary>Has large native blocks go back to the system when they are freed.</summary>
internal static class NativeMemory
{
    private const int MmapThreshold = -3; // M_MMAP_THRESHOLD of malloc.h

    /// <summary>Blocks of this size and above are mapped by themselves. 1 MiB: SQLite takes such only to store large envelopes.</summary>
    private const int Bytes = 1024 * 1024;

    /// <summary>
    /// glibc raises the size from which it maps blocks up to 32 MiB as such blocks are freed, and then keeps them: a few large envelopes stored would leave the process a
    /// hundred MiB larger. A size that is set stays.
    /// </summary>
    public static void ReturnLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = Mallopt(MmapThreshold, Bytes);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, such as musl, which has no such threshold.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Mallopt(int parameter, int value);
}
