using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Modules.Certificates;

/// <summary>
/// What is read from files that are replaced while the process runs. All files are read together and used only when they fit together, so that
/// certificate and key may be replaced one after the other. The content decides, not the time of a file: a switched symbolic link leaves the times as they were.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class ReloadedFiles<T> : IDisposable
    where T : class
{
    /// <summary>Bounds: what a wrong path makes us read. A bundle of all public authorities is some 250 KiB.</summary>
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

    /// <summary>Why the files that stand there now are not used; null when they are.</summary>
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
            // The kernel's watches are used up, or the file system has none: the poll finds the change.
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
            // Told while the process stops.
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

    /// <summary>The files in use stand there, or stand there again.</summary>
    private void Recover()
    {
        if (problem is not null)
            listener.Recovered();
        (problem, unusable) = (null, null);
    }

    /// <summary>Told when a second look finds the same: the first may have come between two writes.</summary>
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
            return (null, content, null); // What is in use: there is nothing to read anew.
        try
        {
            var (value, wrong) = reader.Read(texts);
            return (value, content, wrong);
        }
        catch (Exception exception)
        {
            return (null, content, $"{string.Join(", ", paths)}: {exception.Message}"); // On a timer's thread nothing may escape.
        }
    }

    private static byte[] ReadBounded(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > MaxBytes)
            throw new IOException($"it is larger than {MaxBytes / 1024} KiB.");
        var buffer = new byte[file.Length];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length]; // What was appended meanwhile is seen by the next look.
    }
}

/// <summary>When files are looked at.</summary>
internal static class ReloadTimes
{
    /// <summary>For what the file system does not tell: network file systems, links that lead to other folders.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromMinutes(1);

    /// <summary>After the last change that was told: tools write several files, one after another.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>Between the two looks that must find the same before the operator is told of files that cannot be used.</summary>
    public static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(10);
}

/// <summary>How the files' texts become what is used.</summary>
/// <param name="Read">The value, or why there is none.</param>
/// <param name="Objection">Why a readable value does not replace the one in use; null when it does.</param>
internal sealed record Reader<T>(Func<IReadOnlyList<string>, (T? Value, string? Problem)> Read, Func<T, string?> Objection)
    where T : class;

/// <summary>Is told what became of the files. Calls come one at a time.</summary>
internal interface IReloadListener<in T>
{
    void Loaded(T value);

    void Kept(string problem);

    void Recovered();

    void Looked(T value, string? problem);
}
