using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Modules.Certificates;

/// <summary>
/// A value read from files that are replaced at run time. All files are read together and used only if they match, so that certificate and key may be
/// replaced one after the other. Changes are detected by content, not by file times: a changed symbolic link does not change them.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class ReloadedFiles<T> : IDisposable
    where T : class
{
    /// <summary>Bounds: memory for a wrong path. A bundle of all public authorities is some 250 KiB.</summary>
    private const int MaxBytes = 1024 * 1024;

    private readonly Lock gate = new();
    private readonly IReadOnlyList<string> paths;
    private readonly Reader<T> reader;
    private readonly IReloadListener<T> listener;
    private readonly List<FileSystemWatcher> watchers = [];
    private readonly ITimer look;
    private readonly ITimer poll;
    private string? used;
    private string? unusable;
    private bool isDisposed;
    private volatile T current;
    private volatile string? problem;

    /// <exception cref="InvalidOperationException">The files cannot be used; the message says why.</exception>
    public ReloadedFiles(IReadOnlyList<string> paths, Reader<T> reader, IReloadListener<T> listener, TimeProvider clock)
    {
        (this.paths, this.reader, this.listener) = (paths, reader, listener);
        var (first, content, wrong) = Read();
        if (first is null || content is null)
            throw new InvalidOperationException(wrong);
        (current, used) = (first, content);
        listener.Loaded(first);
        look = clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        poll = clock.CreateTimer(_ => Look(), null, ReloadTimes.PollEvery, ReloadTimes.PollEvery);
        foreach (var folder in paths.Select(path => Path.GetDirectoryName(Path.GetFullPath(path))!).Distinct(StringComparer.Ordinal))
            Watch(folder);
    }

    public T Current => current;

    /// <summary>Why the current files are not used; null when they are.</summary>
    public string? Problem => problem;

    public void Dispose()
    {
        lock (gate)
            isDisposed = true;
        foreach (var watcher in watchers)
            watcher.Dispose();
        look.Dispose();
        poll.Dispose();
    }

    private void Watch(string folder)
    {
        try
        {
            var watcher = new FileSystemWatcher(folder);
            watchers.Add(watcher);
            watcher.Changed += LookSoon;
            watcher.Created += LookSoon;
            watcher.Deleted += LookSoon;
            watcher.Renamed += LookSoon;
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The kernel has no more watches, or the file system does not support them: polling finds the change.
        }
    }

    private void LookSoon(object sender, FileSystemEventArgs change)
    {
        try
        {
            look.Change(ReloadTimes.Quiet, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // Called while the process stops.
        }
    }

    private void Look()
    {
        lock (gate)
        {
            if (isDisposed)
                return;
            var (value, content, wrong) = Read();
            if (content == used)
                Recover();
            else if ((wrong ?? reader.Objection(value!)) is { } objection)
                Keep(objection);
            else
                Use(value!, content!);
            listener.Looked(current, problem);
        }
    }

    private void Use(T value, string content)
    {
        (current, used, problem, unusable) = (value, content, null, null);
        listener.Loaded(value);
    }

    /// <summary>The current files are the ones in use, possibly again.</summary>
    private void Recover()
    {
        if (problem is not null)
            listener.Recovered();
        (problem, unusable) = (null, null);
    }

    /// <summary>Reported when a second check finds the same: the first may have been between two writes.</summary>
    private void Keep(string wrong)
    {
        if (unusable != wrong)
        {
            unusable = wrong;
            look.Change(ReloadTimes.SecondLook, Timeout.InfiniteTimeSpan);
            return;
        }
        if (problem == wrong)
            return;
        problem = wrong;
        listener.Kept(wrong);
    }

    private (T? Value, string? Content, string? Problem) Read()
    {
        var texts = new string[paths.Count];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < texts.Length; i++)
        {
            try
            {
                var bytes = ReadBounded(paths[i]);
                hash.AppendData(BitConverter.GetBytes(bytes.Length));
                hash.AppendData(bytes);
                texts[i] = Encoding.UTF8.GetString(bytes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return (null, null, $"{paths[i]} cannot be read: {exception.Message}");
            }
        }
        var content = Convert.ToHexString(hash.GetHashAndReset());
        if (content == used)
            return (null, content, null); // Already in use: nothing to read again.
        try
        {
            var (value, wrong) = reader.Read(texts);
            return (value, content, wrong);
        }
        catch (Exception exception)
        {
            return (null, content, $"{string.Join(", ", paths)}: {exception.Message}"); // An exception must not leave a timer's thread.
        }
    }

    private static byte[] ReadBounded(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > MaxBytes)
            throw new IOException($"it is larger than {MaxBytes / 1024} KiB.");
        var buffer = new byte[file.Length];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length]; // The next check sees bytes appended meanwhile.
    }
}

/// <summary>Times of the checks of files.</summary>
internal static class ReloadTimes
{
    /// <summary>For changes without notification: network file systems, links to other folders.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromMinutes(1);

    /// <summary>Pause after the last notification, because tools write several files one after another.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>Between the two checks that must find the same before unusable files are reported.</summary>
    public static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(10);
}

/// <summary>Converts the files' texts to the value.</summary>
/// <param name="Read">The value, or why there is none.</param>
/// <param name="Objection">Why a readable value does not replace the one in use; null when it does.</param>
internal sealed record Reader<T>(Func<IReadOnlyList<string>, (T? Value, string? Problem)> Read, Func<T, string?> Objection)
    where T : class;

/// <summary>Receives the results of reloads. Calls are never concurrent.</summary>
internal interface IReloadListener<in T>
{
    void Loaded(T value);

    void Kept(string problem);

    void Recovered();

    void Looked(T value, string? problem);
}
