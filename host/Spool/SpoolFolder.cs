using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using MtaSts.Host.Storage;

namespace MtaSts.Host.Spool;

/// <summary>A folder of this machine's disk, of one process alone; what is in it is readable by its user alone.</summary>
internal sealed class SpoolFolder : ISpoolFiles
{
    private const string Extension = ".spool";
    private readonly string path;
    private readonly ProcessLock held;

    private SpoolFolder(string path, ProcessLock held)
    {
        this.path = path;
        this.held = held;
    }

    /// <summary>Creates the folder if it is missing, and locks it; null when another process uses it. Throws when it cannot be opened.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="now">The moment from which this process has it.</param>
    public static SpoolFolder? Open(string path, DateTimeOffset now)
    {
        Make(path);
        // The system lets go of it when this process dies, however it dies.
        if (ProcessLock.TryTake(Path.Combine(path, "lock"), OwnerFile(path), now) is not { } held)
            return null;
        try
        {
            // An earlier version, a restored backup or another tool may have left it open to others.
            foreach (var file in Directory.GetFileSystemEntries(path, "*", SearchOption.AllDirectories).Prepend(path))
            {
                if (PrivateFiles.Narrow(file) is { } problem)
                    throw new UnauthorizedAccessException(problem);
            }
            SyncFolder(path);
            return new SpoolFolder(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Which process uses the folder, as far as that is known.</summary>
    public static string Holder(string path) => ProcessLock.Holder(OwnerFile(path));

    public IReadOnlyList<string> Segments() => [.. Directory.GetFiles(path, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public long Length(string segment) => new FileInfo(Name(segment)).Length;

    public byte[] Read(string segment) => File.ReadAllBytes(Name(segment));

    public DateTimeOffset Written(string segment) => File.GetLastWriteTimeUtc(Name(segment));

    public ISpoolFile Create(string segment)
    {
        var handle = new FileStream(Name(segment), PrivateFiles.Alone(FileMode.CreateNew));
        try
        {
            SyncFolder(path);
            return new Segment(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Delete(string segment) => File.Delete(Name(segment)); // Should a crash bring it back, its records are known by their ids.

    public void Keep(string folder, string name, params ReadOnlySpan<ReadOnlyMemory<byte>> bytes)
    {
        var inside = Path.Combine(path, folder);
        Make(inside);
        using (var file = new FileStream(Path.Combine(inside, name), PrivateFiles.Alone(FileMode.Create)))
        {
            foreach (var part in bytes)
                file.Write(part.Span);
            file.Flush(flushToDisk: true);
        }
        SyncFolder(inside);
    }

    public long KeptBytes() => Directory.GetDirectories(path).SelectMany(Directory.GetFiles).Sum(file => new FileInfo(file).Length);

    public IReadOnlyList<string> KeptNames(string folder) =>
        Directory.Exists(Path.Combine(path, folder)) ? [.. Directory.GetFiles(Path.Combine(path, folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];

    public byte[] ReadKept(string folder, string name) => File.ReadAllBytes(Path.Combine(path, folder, name));

    public void DeleteKept(string folder, string name) => File.Delete(Path.Combine(path, folder, name));

    public long FreeBytes() => new DriveInfo(path).AvailableFreeSpace;

    public void Dispose() => held.Dispose();

    private string Name(string segment) => Path.Combine(path, segment + Extension);

    private static string OwnerFile(string path) => Path.Combine(path, "owner");

    private static void Make(string folder)
    {
        if (PrivateFiles.MakeFolder(folder) && Path.GetDirectoryName(Path.GetFullPath(folder)) is { } parent)
            SyncFolder(parent);
    }

    /// <summary>A new name survives a crash when its folder is on the disk too; the framework has no call for that.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return; // NTFS journals names.
        using var handle = new SafeFileHandle(open(System.Text.Encoding.UTF8.GetBytes(folder + "\0"), 0), ownsHandle: true);
        if (handle.IsInvalid || fsync(handle) != 0)
            throw new IOException($"{folder} cannot be written to disk (error {Marshal.GetLastPInvokeError()}).");
    }

#pragma warning disable IDE1006, SYSLIB1054 // The system's names; generated marshalling needs unsafe code, which this project does without.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(SafeFileHandle handle);
#pragma warning restore IDE1006, SYSLIB1054

    private sealed class Segment(FileStream file) : ISpoolFile
    {
        public void Append(ReadOnlySpan<byte> bytes) => file.Write(bytes);

        public void Sync() => file.Flush(flushToDisk: true);

        public void Dispose() => file.Dispose();
    }
}
