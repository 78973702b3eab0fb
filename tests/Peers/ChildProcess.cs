using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MtaSts.Peers;

/// <summary>A program that runs beside the test and never outlives it, however the test process ends.</summary>
/// <remarks>
/// A shell stands between: it reads from a pipe that only this process holds, and when the pipe closes (disposed, crashed, killed) it sends the
/// program its stop signal.
/// </remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>How long a program has for ending at its stop signal before it is killed.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    /// <summary>Lines kept of what the program wrote: enough for the cause of a failure, bounded for a chatty one.</summary>
    private const int KeptLines = 2000;

    // $1 is the signal, $2 a folder to remove at the end. The inner shell says its id and becomes the program, so that the id is the
    // program's. Signals to the whole terminal must not end the guard before its work is done.
    private const string Guard = """
        signal=$1; folder=$2; shift 2
        trap : INT TERM HUP
        exec 3<&0
        sh -c 'echo $$; exec "$@"' child "$@" </dev/null 3<&- &
        child=$!
        { read -r _ <&3; kill -"$signal" $child; } >/dev/null 2>&1 &
        wait $child; code=$?
        while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
        [ -z "$folder" ] || rm -rf -- "$folder"
        exit $code
        """;

    private readonly Process guard;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly TaskCompletionSource<int> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string name;
    private bool disposed;

    private ChildProcess(Process guard, string name)
    {
        this.guard = guard;
        this.name = name;
    }

    /// <summary>The program's own process id.</summary>
    public int Id { get; private set; }

    /// <summary>Whether it has ended. The last of what it wrote may not be in <see cref="Output"/> yet: <see cref="WaitForExitAsync"/> waits for that.</summary>
    public bool HasExited => guard.HasExited;

    /// <summary>The program's exit code, once it has ended.</summary>
    public int ExitCode => guard.ExitCode;

    /// <summary>What the program wrote to standard output and error so far, the last lines of it.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Starts a program.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="workingDirectory">Where it runs; null for here.</param>
    /// <param name="environment">Added to this process's environment; null removes a variable.</param>
    /// <param name="stopSignal">What asks it to end: TERM, INT, QUIT or KILL.</param>
    /// <param name="removeAfter">A folder that goes when the program has ended, even when the test process has gone before.</param>
    public static async Task<ChildProcess> StartAsync(string file, IEnumerable<string> arguments, string? workingDirectory = null,
        IReadOnlyDictionary<string, string?>? environment = null, string stopSignal = "TERM", string? removeAfter = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Guard, "guard", stopSignal, removeAfter ?? "", file, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[key] = value;
        var child = new ChildProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, Path.GetFileName(file));
        child.guard.OutputDataReceived += (_, line) => child.Wrote(line.Data, first: true);
        child.guard.ErrorDataReceived += (_, line) => child.Wrote(line.Data, first: false);
        child.guard.Exited += (_, _) => child.started.TrySetException(new InvalidOperationException($"{child.name} did not start: {child.Output}"));
        child.guard.Start();
        child.guard.BeginOutputReadLine();
        child.guard.BeginErrorReadLine();
        child.Id = await child.started.Task.WaitAsync(StopLimit);
        return child;
    }

    /// <summary>Sends a signal by name, without waiting for what it does.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {Id.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>kill -9: no chance to write anything more.</summary>
    public async Task KillAsync()
    {
        if (!guard.HasExited)
        {
            try
            {
                using var process = Process.GetProcessById(Id);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It ended between the question and the kill.
            }
        }
        await guard.WaitForExitAsync().WaitAsync(StopLimit);
    }

    /// <summary>Waits until it has ended by itself and all that it wrote is in <see cref="Output"/>.</summary>
    public Task WaitForExitAsync(TimeSpan limit) => guard.WaitForExitAsync().WaitAsync(limit);

    /// <summary>Asks the program to end and waits; kills it when it does not.</summary>
    public async Task StopAsync()
    {
        if (guard.HasExited)
            return;
        guard.StandardInput.Close();
        try
        {
            await guard.WaitForExitAsync().WaitAsync(StopLimit);
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await StopAsync();
        guard.Dispose();
    }

    private void Wrote(string? line, bool first)
    {
        if (line is null)
            return;
        if (first && !started.Task.IsCompleted && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            started.TrySetResult(id);
            return;
        }
        lines.Enqueue(line);
        while (lines.Count > KeptLines)
            lines.TryDequeue(out _);
    }
}
