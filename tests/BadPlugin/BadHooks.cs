using System.Runtime.CompilerServices;

namespace MtaSts.BadPlugin;

/// <summary>What a plug-in does to its process while it is configured.</summary>
internal static class BadHooks
{
    private static Timer? timer;

    public static void Run()
    {
        switch (BadModule.Mode)
        {
            case "source-early-thread":
                new Thread(() => throw new InvalidOperationException("vendor's early thread")).Start();
                break;
            case "source-early-void":
                ThrowLater();
                break;
            case "source-early-timer":
                timer = new Timer(_ => throw new InvalidOperationException("vendor's early timer"), null, 1, Timeout.Infinite);
                break;
            case "source-early-finalizer":
                Forget();
#pragma warning disable RS0030 // The finalizer is to run now.
                GC.Collect();
#pragma warning restore RS0030
                break;
            case "source-pool-starves":
                for (var i = 0; i < 20_000; i++)
                    ThreadPool.UnsafeQueueUserWorkItem(_ => BadModule.Hang(), null);
                break;
            case "source-folder-moves":
                Environment.CurrentDirectory = "/";
                break;
            case "source-exit-hangs":
                AppDomain.CurrentDomain.ProcessExit += (_, _) => BadModule.Hang();
                break;
        }
        GC.KeepAlive(timer);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = new Finalized();

    private static async void ThrowLater()
    {
        await Task.Yield();
        throw new InvalidOperationException("vendor's early task");
    }

    private sealed class Finalized
    {
        ~Finalized() => throw new InvalidOperationException("vendor's finalizer");
    }
}
