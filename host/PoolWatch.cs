using System.Runtime.InteropServices;
using System.Runtime.Loader;
using MtaSts.Host.Modules;

namespace MtaSts.Host;

/// <summary>
/// Checks on a separate thread whether the thread pool still runs queued work. The whole service runs on the pool, and plug-ins can block its
/// threads, for example by synchronous waits in parallel. By default the pool adds about one thread a second. This class adds as many as needed, up
/// to <see cref="MostThreads"/>; beyond that it informs the operator, and a stop still ends.
/// </summary>
internal static class PoolWatch
{
    /// <summary>Limit of threads added because others are blocked. Bounds: memory, some 100 KiB for each.</summary>
    public const int MostThreads = 1_024;

    /// <summary>Threads added first; the number doubles each time.</summary>
    private const int FirstThreads = 64;

    /// <summary>Work items that a pool without blocked threads completes between two checks, even on a busy machine. Such a pool needs no more threads.</summary>
    private const int BusyItems = 100;

    /// <summary>From a stop signal to the end of the process. The parts of a stop have their own limits, whose sum is shorter.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>A pool that has not answered for this long is reported. Longer than usual load on the machine.</summary>
    private static readonly TimeSpan TellAfter = TimeSpan.FromSeconds(3);

    private static readonly List<PosixSignalRegistration> Signals = [];

    /// <summary>Must be called before any plug-in code runs.</summary>
    public static void Start()
    {
        // The runtime calls these on a separate thread, not on the pool.
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            Signals.Add(PosixSignalRegistration.Create(signal, static _ => ProcessEnd.KillAfter(StopLimit, static () => $"The service did not stop within {StopLimit.TotalSeconds:0} s and is ended. {Suspects}")));
        new Thread(Watch) { IsBackground = true, Name = "pool watch", Priority = ThreadPriority.AboveNormal }.UnsafeStart();
    }

    private static string Suspects => AssemblyLoadContext.All.OfType<PluginLoadContext>().Where(plugin => plugin.Assemblies.Any()).Select(plugin => plugin.Name).ToArray() is { Length: > 0 } loaded
        ? $"Possible causes are the plug-ins of this process: {string.Join(", ", loaded)}."
        : "No plug-in was loaded.";

    private static void Watch()
    {
        using var never = new ManualResetEventSlim();
        while (true)
        {
            Ask();
            never.Wait(LookEvery);
        }
    }

    private static void Ask()
    {
        var answered = new ManualResetEventSlim(); // Not disposed of: the pool may set it at any time.
        ThreadPool.UnsafeQueueUserWorkItem(static answered => answered.Set(), answered, preferLocal: false);
        var (done, isTold) = (ThreadPool.CompletedWorkItemCount, false);
        for (var waited = LookEvery; !answered.Wait(LookEvery); waited += LookEvery)
        {
            var before = done;
            done = ThreadPool.CompletedWorkItemCount;
            if (done - before >= BusyItems)
                continue;
            var isMost = !AddThreads();
            if (isTold || waited < TellAfter)
                continue;
            isTold = true;
            ProcessEnd.Say($"The thread pool does not answer: {ThreadPool.ThreadCount} threads are blocked{(isMost ? ". Until they are free nothing is served, and the service does not stop in order" : "; threads are added")}. {Suspects}");
        }
    }

    /// <returns>False when the pool has reached its limit.</returns>
    private static bool AddThreads()
    {
        ThreadPool.GetMinThreads(out var least, out var leastPorts);
        var next = Math.Min(MostThreads, Math.Max(FirstThreads, Math.Max(least, ThreadPool.ThreadCount) * 2));
        if (least >= next)
            return false;
        ThreadPool.GetMaxThreads(out var most, out var mostPorts);
        if (most < next)
            ThreadPool.SetMaxThreads(next, mostPorts);
        return ThreadPool.SetMinThreads(next, leastPorts);
    }
}
