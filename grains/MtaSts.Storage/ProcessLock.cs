using System.Globalization;

namespace MtaSts.Storage;

/// <summary>
/// A file that one process locks for its lifetime. The operating system holds the lock (<c>flock</c> on Unix): it ends with the process, also after a crash,
/// and applies between containers that share a volume of one machine. A second file names the holder, because a locked file cannot be read by others.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    /// <summary>EWOULDBLOCK on Unix systems, and the sharing violation of Windows: another process holds the file.</summary>
    private static readonly int[] HeldResults = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Characters of the second file that are shown: any process with write access to the folder may have written it.</summary>
    private const int MaxHolder = 200;

    private readonly FileStream held;
    private readonly string ownerPath;

    private bool isSigned;

    private ProcessLock(FileStream held, string ownerPath) => (this.held, this.ownerPath) = (held, ownerPath);

    /// <summary>False where the file system or a runtime setting ignores locks: a second process would not be detected.</summary>
    public bool IsEffective { get; private init; }

    /// <summary>Acquires the lock, or returns null when another process holds it. Throws when the file cannot be opened.</summary>
    /// <param name="path">The lock file; created when missing, never removed.</param>
    /// <param name="ownerPath">The file in which <see cref="Sign"/> names the holder.</param>
    public static ProcessLock? TryTake(string path, string ownerPath) => TryOpen(path) is { } held ? new ProcessLock(held, ownerPath) { IsEffective = IsHeld(path) } : null;

    /// <summary>Writes the holder to the second file.</summary>
    /// <param name="now">The time since which this process holds it.</param>
    public void Sign(DateTimeOffset now)
    {
        isSigned = true;
        Write(ownerPath, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
    }

    /// <summary>Opens a file exclusively; null when another process has opened it.</summary>
    public static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, PrivateFiles.Alone(FileMode.OpenOrCreate));
        }
        catch (IOException exception) when (HeldResults.Contains(exception.HResult))
        {
            return null;
        }
    }

    /// <summary>The holder of the lock, if readable: <c>process 4711 on web-1 since 2026-03-02T11:00:00Z</c>.</summary>
    public static string Holder(string ownerPath)
    {
        try
        {
            using var reader = File.OpenText(ownerPath);
            var buffer = new char[MaxHolder];
            var line = new string(buffer, 0, reader.ReadBlock(buffer)).Split('\n')[0].Trim();
            return line.Length > 0 && !line.Any(char.IsControl) ? line : "another process";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    public void Dispose()
    {
        try
        {
            if (isSigned)
                File.Delete(ownerPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The file is read only while the lock is held.
        }
        held.Dispose();
    }

    private static bool IsHeld(string path)
    {
        using var second = TryOpen(path);
        return second is null;
    }

    /// <summary>On a full disk the write fails, but the lock is still held.</summary>
    private static void Write(string path, string text)
    {
        try
        {
            using var file = new FileStream(path, PrivateFiles.Alone(FileMode.Create));
            file.Write(System.Text.Encoding.UTF8.GetBytes(text + "\n"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next process that finds the lock held cannot name this one.
        }
    }
}
