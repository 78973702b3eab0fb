namespace MtaSts.Storage;

/// <summary>Paths of devices and of the kernel's files. They store no data, and the machine defines their modes.</summary>
internal static class PseudoFiles
{
    private static readonly string[] Folders = ["/dev", "/proc", "/sys"];

    /// <summary>A file system in memory, with ordinary files.</summary>
    private const string SharedMemory = "/dev/shm/";

    /// <summary>Whether the path, with links resolved, is such a path. It need not exist.</summary>
    public static bool Holds(string path)
    {
        if (OperatingSystem.IsWindows())
            return false;
        var real = Resolve(Path.GetFullPath(path));
        return !real.StartsWith(SharedMemory, StringComparison.Ordinal) && Array.Exists(Folders, folder => real == folder || real.StartsWith(folder + "/", StringComparison.Ordinal));
    }

    /// <summary>The path without links: every folder of it may be one.</summary>
    public static string Resolve(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        var own = Path.Combine(Resolve(parent), Path.GetFileName(path));
        try
        {
            return new FileInfo(own).ResolveLinkTarget(returnFinalTarget: true) is { } target ? Path.GetFullPath(target.FullName) : own;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return own; // A link to itself: opening it fails with its own message.
        }
    }
}
