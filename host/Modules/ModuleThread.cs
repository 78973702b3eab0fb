namespace MtaSts.Host.Modules;

/// <summary>
/// Runs a module's code on a thread of its own. A thread of the pool that a module blocks would be missing everywhere else; one of its own that never ends is left
/// behind and does not keep the process from ending.
/// </summary>
internal static class ModuleThread
{
    /// <summary>The task ends with what <paramref name="work"/> returned or threw; it is nobody's unobserved task when it is left behind.</summary>
    public static Task<T> Start<T>(string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        { IsBackground = true, Name = "module " + name };
        thread.UnsafeStart();
        Observe(done.Task);
        return done.Task;
    }

    /// <summary>For work that goes on asynchronously: its first part runs on a thread of its own.</summary>
    public static Task<T> StartAsync<T>(string name, Func<Task<T>> work)
    {
        var running = Start(name, work).Unwrap();
        Observe(running);
        return running;
    }

    /// <inheritdoc cref="StartAsync{T}(string, Func{Task{T}})"/>
    public static Task StartAsync(string name, Func<Task> work) => StartAsync(name, async () =>
    {
        await work();
        return true;
    });

    private static void Observe(Task task) =>
        task.ContinueWith(static faulted => _ = faulted.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
