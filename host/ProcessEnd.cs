using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MtaSts.Host;

/// <summary>Ends the process. Handlers of <c>ProcessExit</c> run first, and a plug-in's handler may never return.</summary>
internal static class ProcessEnd
{
    /// <summary>For handlers of <c>ProcessExit</c>. The host is already stopped and disposed of; the runtime's own handlers take milliseconds.</summary>
    public static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(2);

    /// <summary>The descriptor, on Unix.</summary>
    private const nint StandardError = 2;

    /// <summary>
    /// Ends the process with this code, or by killing it when its handlers take longer than <see cref="ExitLimit"/>: the code is then that of a killed process. Does not return.
    /// </summary>
    public static void Exit(int code)
    {
        KillAfter(ExitLimit, null);
        Environment.Exit(code);
    }

    /// <summary>Kills the process if it has not ended by then.</summary>
    /// <param name="limit">From now.</param>
    /// <param name="reason">Written to standard error before; null for nothing.</param>
    public static void KillAfter(TimeSpan limit, Func<string>? reason)
    {
        // A separate thread: abandoned calls may have used up the pool.
        new Thread(() =>
        {
            using var never = new ManualResetEventSlim();
            never.Wait(limit);
            if (reason is not null)
                Say(reason()).Join(ExitLimit);
            using var self = Process.GetCurrentProcess();
            self.Kill();
        })
        { IsBackground = true, Name = "process end" }.UnsafeStart();
    }

    /// <summary>Writes a line to standard error on a separate thread and without <see cref="Console"/>: a plug-in may hold the console's lock, and
    /// the pipe may have no reader.</summary>
    /// <returns>The thread, which ends when the line is written.</returns>
    public static Thread Say(string line)
    {
        var saying = new Thread(() =>
        {
            using var handle = new SafeFileHandle(StandardError, ownsHandle: false);
            using var output = OperatingSystem.IsWindows() ? Console.OpenStandardError() : new FileStream(handle, FileAccess.Write, bufferSize: 0);
            output.Write(Encoding.UTF8.GetBytes(line + "\n"));
        })
        { IsBackground = true, Name = "process end" };
        saying.UnsafeStart();
        return saying;
    }
}
