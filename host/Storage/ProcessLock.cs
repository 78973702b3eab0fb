using System.Globalization;

namespace MtaSts.Host.Storage;

/// <summary>
/// A file that one process holds for its life. The lock belongs to the operating system (<c>flock</c> on Unix): it ends with the process, however that ends,
/// and holds between containers that share a volume of one machine. Who holds it stands in a second file, because a locked file cannot be read by others.
/// </summary>
internal sealed class ProcessLock : IDisposable
{
    /// <summary>EWOULDBLOCK, as Unix systems number it, and the sharing violation of Windows: another process holds the file.</summary>
    private static readonly int[] HeldResults = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Characters of the second file that are shown: anybody who may write to the folder may have written it.</summary>
    private const int MaxHolder = 200;

    private readonly FileStream held;
    private readonly string ownerPath;

    private ProcessLock(FileStream held, string ownerPath) => (this.held, this.ownerPath) = (held, ownerPath);

    /// <summary>False where the file system, or a setting of the runtime, ignores locks: a second process would not be kept out.</summary>
    public bool IsEffective { get; private init; }

    /// <summary>Takes the lock, or returns null when another process holds it. Throws where the file cannot be opened.</summary>
    /// <param name="path">The lock file; made when it is missing, never removed.</param>
    /// <param name="ownerPath">Where the holder says who it is.</param>
    /// <param name="now">The moment from which this process holds it.</param>
    public static ProcessLock? TryTake(string path, string ownerPath, DateTimeOffset now)
    {
        if (TryOpen(path) is not { } held)
            return null;
        Write(ownerPath, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        return new ProcessLock(held, ownerPath) { IsEffective = IsHeld(path) };
    }

    /// <summary>Opens a file that only this process may open; null when another one has done so.</summary>
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

    /// <summary>Who holds the lock, as far as that can be read: <c>process 4711 on web-1 since 2026-03-02T11:00:00Z</c>.</summary>
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
            File.Delete(ownerPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is read only while the lock is held.
        }
        held.Dispose();
    }

    private static bool IsHeld(string path)
    {
        using var second = TryOpen(path);
        return second is null;
    }

    /// <summary>On a full disk nothing can be written, and the lock holds all the same.</summary>
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
