using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MtaSts.Host.Spool;

/// <summary>A folder of this machine's disk, of one process alone; what is in it is readable by its user alone.</summary>
internal sealed class SpoolFolder : ISpoolFiles
{
    private const string Extension = ".spool";
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;
    private readonly string path;
    private readonly FileStream held;

    private SpoolFolder(string path, FileStream held)
    {
        this.path = path;
        this.held = held;
    }

    /// <summary>Makes the folder where there is none and takes it. Throws where it is another process's or cannot be written.</summary>
    public static SpoolFolder Open(string path)
    {
        Make(path);
        // The system lets go of it when this process dies, however it dies.
        var held = new FileStream(Path.Combine(path, "lock"), New(System.IO.FileMode.OpenOrCreate));
        try
        {
            held.SetLength(0);
            held.Write("This folder is in use while a process holds this file.\n"u8);
            held.Flush(flushToDisk: true);
            SyncFolder(path);
            return new SpoolFolder(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public IReadOnlyList<string> Segments() => [.. Directory.GetFiles(path, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public long Length(string segment) => new FileInfo(Name(segment)).Length;

    public byte[] Read(string segment) => File.ReadAllBytes(Name(segment));

    public DateTimeOffset Written(string segment) => File.GetLastWriteTimeUtc(Name(segment));

    public ISpoolFile Create(string segment)
    {
        var handle = new FileStream(Name(segment), New(System.IO.FileMode.CreateNew));
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
        using (var file = new FileStream(Path.Combine(inside, name), New(System.IO.FileMode.Create)))
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

    private static FileStreamOptions New(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode;
        return options;
    }

    private static void Make(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, FolderMode);
        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } parent)
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
