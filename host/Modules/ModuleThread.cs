namespace MtaSts.Host.Modules;

/// <summary>
/// Runs a module's code on its own thread. A blocked thread of the pool would be missing for all other work; a separate thread that never ends is
/// abandoned and does not keep the process alive.
/// </summary>
internal static class ModuleThread
{
    /// <summary>
    /// The task ends with what <paramref name="work"/> returned or threw, or with the error if no thread could be started; an abandoned one raises no
    /// unobserved exception. Does not throw.
    /// </summary>
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
        try
        {
            thread.UnsafeStart();
        }
        catch (Exception exception)
        {
            done.SetException(exception);
        }
        Observe(done.Task);
        return done.Task;
    }

    /// <summary>For asynchronous work: its first part runs on its own thread.</summary>
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
