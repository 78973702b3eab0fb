using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MtaSts.Peers;

/// <summary>A program that runs during the test and never outlives it, even if the test process is killed.</summary>
/// <remarks>
/// It is started by a shell that reads from a pipe held only by this process. When the pipe closes (disposed, crashed, killed) the shell sends the
/// program its stop signal.
/// </remarks>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>How long a program has to end after its stop signal before it is killed.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    /// <summary>Output lines that are kept: enough for the cause of a failure, bounded for verbose programs.</summary>
    private const int KeptLines = 2000;

    // $1 is the signal, $2 a folder to remove at the end. The inner shell prints its id and becomes the program, so that the id is the program's.
    // Signals to the whole terminal must not end the guard before its work is done.
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

    /// <summary>Whether it has ended. Its last output may not be in <see cref="Output"/> yet: <see cref="WaitForExitAsync"/> waits for it.</summary>
    public bool HasExited => guard.HasExited;

    /// <summary>The program's exit code, once it has ended.</summary>
    public int ExitCode => guard.ExitCode;

    /// <summary>The last lines of its standard output and error.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Starts a program.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="workingDirectory">Its working directory; null for the current one.</param>
    /// <param name="environment">Added to this process's environment; null removes a variable.</param>
    /// <param name="stopSignal">Its stop signal: TERM, INT, QUIT or KILL.</param>
    /// <param name="removeAfter">A folder that is deleted after the program has ended, even if the test process has ended earlier.</param>
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

    /// <summary>Sends a signal by name, without waiting for its effect.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {Id.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>kill -9: the program can write nothing more.</summary>
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
                // It ended between the check and the kill.
            }
        }
        await guard.WaitForExitAsync().WaitAsync(StopLimit);
    }

    /// <summary>Waits until it has ended by itself and all its output is in <see cref="Output"/>.</summary>
    public Task WaitForExitAsync(TimeSpan limit) => guard.WaitForExitAsync().WaitAsync(limit);

    /// <summary>Sends the stop signal and waits; kills the program if it does not end.</summary>
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
