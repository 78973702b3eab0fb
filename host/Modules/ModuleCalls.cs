namespace MtaSts.Host.Modules;

/// <summary>How a call of a module's object ended.</summary>
internal abstract record CallEnd<T>
{
    private CallEnd()
    {
    }

    /// <summary>It answered.</summary>
    public sealed record Answer(T Value) : CallEnd<T>;

    /// <summary>There was no place for it in its time; the module was not called.</summary>
    public sealed record Busy : CallEnd<T>;

    /// <summary>It threw, or was cut off.</summary>
    public sealed record Fault(string Problem) : CallEnd<T>;
}

/// <summary>
/// The calls of one module's object: each begins on a thread of its own, is cut off for its caller after a time, and keeps its place until it really ends, so that calls that never
/// end do not become many.
/// </summary>
/// <param name="id">The module's id.</param>
/// <param name="budget">How long a call has, the wait for a place included.</param>
internal sealed class ModuleCalls(string id, TimeSpan budget, ModuleHealth health, TimeProvider clock) : IDisposable
{
    /// <summary>Calls under way in this process. A thousand domains that fall due at once do not become a thousand connections.</summary>
    public const int MaxCalls = 8;

    private const string Part = "calls";
    private readonly SemaphoreSlim places = new(MaxCalls, MaxCalls);
    private int leftBehind;

    /// <summary>Calls that were cut off and have not ended.</summary>
    public int LeftBehind => Volatile.Read(ref leftBehind);

    /// <summary>A call of an object that is made for it when it is not made yet.</summary>
    public Task<CallEnd<T>> RunAsync<T, TObject>(ModuleObject<TObject> of, Func<TObject, CancellationToken, Task<T?>> call, CancellationToken cancellationToken)
        where T : class
        where TObject : class => RunAsync<T>(token => of.Made is { } made
            ? ModuleThread.StartAsync(id, () => call(made.Object, token))
            : MakeAndCallAsync(of, call, token), cancellationToken);

    private async Task<T?> MakeAndCallAsync<T, TObject>(ModuleObject<TObject> of, Func<TObject, CancellationToken, Task<T?>> call, CancellationToken token)
        where TObject : class
    {
        var made = await of.GetAsync();
        return await ModuleThread.StartAsync(id, () => call(made.Object, token));
    }

    private async Task<CallEnd<T>> RunAsync<T>(Func<CancellationToken, Task<T?>> call, CancellationToken cancellationToken)
        where T : class
    {
        if (LeftBehind >= MaxCalls)
            return Fault<T>($"{id}: {MaxCalls} calls have not ended. It is not called again before one of them ends or the service is restarted.");
        using var time = new CancellationTokenSource(budget, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return new CallEnd<T>.Busy();
        }
        // A source of its own: a call that is left behind may still look at its token.
        var stop = new CancellationTokenSource();
        await using var passedOn = either.Token.Register(() => Cancel(stop));
        var running = call(stop.Token);
        _ = running.ContinueWith(ended => places.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            if (await running.WaitAsync(either.Token) is not { } answer)
                return Fault<T>($"{id} gave no answer.");
            health.Worked(Part);
            return new CallEnd<T>.Answer(answer);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            Interlocked.Increment(ref leftBehind);
            _ = running.ContinueWith(ended => Interlocked.Decrement(ref leftBehind), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return Fault<T>($"{id} did not answer within {budget.TotalSeconds:0} s.");
        }
        catch (Exception exception)
        {
            var problem = $"{id}: {ModuleFault.Describe(exception)}";
            health.Failed(Part, problem, ModuleFault.Details(exception));
            return new CallEnd<T>.Fault(problem);
        }
    }

    public void Dispose() => places.Dispose();

    /// <summary>What listens to the token is the module's code: it may throw, which the call's own end tells, or never return.</summary>
    private void Cancel(CancellationTokenSource stop) => ModuleThread.Start(id, () =>
    {
        stop.Cancel();
        return true;
    });

    private CallEnd<T>.Fault Fault<T>(string problem)
        where T : class
    {
        health.Failed(Part, problem);
        return new CallEnd<T>.Fault(problem);
    }
}
