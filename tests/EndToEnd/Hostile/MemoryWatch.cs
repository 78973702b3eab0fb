using System.Globalization;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>Looks at a process's resident memory all the time.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);

    private readonly int process;
    private readonly ManualResetEventSlim ended = new();
    private readonly Thread thread;
    private long peak;

    public MemoryWatch(int process)
    {
        this.process = process;
        thread = new Thread(Look) { IsBackground = true };
        thread.Start();
    }

    /// <summary>The most there was since the last <see cref="Forget"/>, in MiB.</summary>
    public long Peak => Math.Max(Interlocked.Read(ref peak), Now);

    /// <summary>VmRSS in MiB.</summary>
    public long Now => File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).FirstOrDefault();

    public void Forget() => Interlocked.Exchange(ref peak, 0);

    public void Dispose()
    {
        ended.Set();
        thread.Join();
        ended.Dispose();
    }

    private void Look()
    {
        while (!ended.Wait(Every))
        {
            try
            {
                var now = Now;
                if (now > Interlocked.Read(ref peak))
                    Interlocked.Exchange(ref peak, now);
            }
            catch (IOException)
            {
                return; // The process has ended; whoever talks to it sees that.
            }
        }
    }
}
