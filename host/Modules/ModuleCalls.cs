namespace MtaSts.Host.Modules;

/// <summary>Result of a call to a module's object.</summary>
internal abstract record CallResult<T>
{
    private CallResult()
    {
    }

    /// <summary>The call returned.</summary>
    public sealed record Answer(T Value) : CallResult<T>;

    /// <summary>No place was free before the time limit or the caller's cancellation. The module was not called.</summary>
    public sealed record Busy : CallResult<T>;

    /// <summary>The call threw, returned null or exceeded its time, or was not made because too many earlier calls have not ended.</summary>
    public sealed record Fault(string Problem) : CallResult<T>;
}

/// <summary>
/// Calls one object of a module. Each call starts on a thread of its own. The caller waits for it at most for the time limit. A call keeps its place
/// until it ends, even if its caller no longer waits: this bounds the number of calls that never end.
/// </summary>
/// <param name="id">The module's id.</param>
/// <param name="budget">Time limit of a call, including the wait for a place.</param>
/// <param name="maxCalls">Concurrent calls.</param>
internal sealed class ModuleCalls(string id, TimeSpan budget, ModuleHealth health, TimeProvider clock, int maxCalls = ModuleCalls.MaxCalls) : IDisposable
{
    /// <summary>Concurrent calls to one object. A thousand domains that are due at once must not cause a thousand connections.</summary>
    public const int MaxCalls = 8;

    private const string Part = "calls";
    private readonly SemaphoreSlim places = new(maxCalls, maxCalls);

    /// <summary>Calls whose callers no longer wait and that have not ended.</summary>
    private int abandoned;

    /// <summary>Calls the object. Creates it first if necessary.</summary>
    public Task<CallResult<T>> RunAsync<T, TObject>(ModuleObject<TObject> target, Func<TObject, CancellationToken, Task<T?>> call, CancellationToken cancellationToken)
        where T : class
        where TObject : class => RunAsync<T>(async token =>
        {
            var made = await target.GetAsync();
            return await ModuleThread.StartAsync(id, () => call(made.Object, token));
        }, cancellationToken);

    private async Task<CallResult<T>> RunAsync<T>(Func<CancellationToken, Task<T?>> call, CancellationToken cancellationToken)
        where T : class
    {
        if (Volatile.Read(ref abandoned) >= maxCalls)
            return Fault<T>($"{id}: {maxCalls} earlier calls have not ended. The module is not called until one of them ends or the service is restarted.");
        using var time = new CancellationTokenSource(budget, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return new CallResult<T>.Busy();
        }
        // Not disposed: an abandoned call may still use its token.
        var stop = new CancellationTokenSource();
        await using var cancellation = either.Token.Register(() => Cancel(stop));
        var began = clock.GetTimestamp();
        var running = call(stop.Token);
        _ = running.ContinueWith(ended => places.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            if (await running.WaitAsync(either.Token) is not { } answer)
                return Fault<T>($"{id} gave no answer.");
            health.Worked(Part);
            return new CallResult<T>.Answer(answer);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            Interlocked.Increment(ref abandoned);
            _ = running.ContinueWith(ended => Interlocked.Decrement(ref abandoned), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            var elapsed = clock.GetElapsedTime(began);
            var problem = $"{id} did not answer within {(elapsed < budget ? elapsed : budget).TotalSeconds:0.#} s.";
            // A call that began late, or that its caller cancelled early, is not evidence of a fault.
            return elapsed >= budget / 2 ? Fault<T>(problem) : new CallResult<T>.Fault(problem);
        }
        catch (Exception exception)
        {
            var problem = $"{id}: {ModuleFault.Describe(exception)}";
            health.Failed(Part, problem, ModuleFault.Details(exception));
            return new CallResult<T>.Fault(problem);
        }
    }

    public void Dispose() => places.Dispose();

    /// <summary>Cancels on a thread of the module, because callbacks registered on the token are the module's code: they may throw, which is ignored, or never return.</summary>
    private void Cancel(CancellationTokenSource stop) => ModuleThread.Start(id, () =>
    {
        stop.Cancel();
        return true;
    });

    private CallResult<T>.Fault Fault<T>(string problem)
        where T : class
    {
        health.Failed(Part, problem);
        return new CallResult<T>.Fault(problem);
    }
}
