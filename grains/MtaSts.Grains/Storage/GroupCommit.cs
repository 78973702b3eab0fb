namespace MtaSts.Grains.Reports;

/// <summary>
/// Lets many interleaving calls of one grain share one storage write. A change is applied to the next state to be written;
/// its call completes when that state is durable. When a write fails, all waiting calls fail, their changes
/// are dropped, and the state is read again before the next write.
/// </summary>
internal sealed class GroupCommit<TState>(IPersistentState<TState> stored)
    where TState : class
{
    private TState? next;
    private TaskCompletionSource? waiters;
    private Task? inFlight;
    private bool writing;
    private bool suspect;

    /// <summary>The durable state.</summary>
    public TState Committed { get; private set; } = stored.State;

    /// <summary>The state including all changes made so far.</summary>
    public TState Pending => next ?? Committed;

    /// <summary>Applies the change; the task completes when it is durable.</summary>
    public async Task Apply(TState changed)
    {
        next = changed;
        waiters ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = waiters.Task;
        if (!writing)
            _ = WriteAll(); // Completes on its own; waiting calls get the exception.
        await done;
    }

    /// <summary>Completes when all changes made so far are durable, or fails.</summary>
    public Task Flush() => waiters?.Task ?? inFlight ?? Task.CompletedTask;

    private async Task WriteAll()
    {
        writing = true;
        await Task.Yield(); // Concurrent changes share the first write too.
        try
        {
            while (waiters is { } batch)
            {
                inFlight = batch.Task;
                waiters = null;
                await Write(next!, batch);
            }
        }
        finally
        {
            writing = false;
            inFlight = null;
        }
    }

    private async Task Write(TState state, TaskCompletionSource batch)
    {
        try
        {
            if (suspect)
            {
                // The last write may or may not have succeeded: changes based on the old state fail, and their callers repeat them.
                await stored.ReadStateAsync();
                suspect = false;
                Committed = stored.State;
                Refuse(batch, new InvalidOperationException("The state was read again after a failed write; try again."));
                return;
            }
            stored.State = state;
            await stored.WriteStateAsync();
            Committed = state;
            if (ReferenceEquals(next, state))
                next = null;
            batch.SetResult();
        }
        catch (Exception exception)
        {
            stored.State = Committed;
            suspect = true;
            Refuse(batch, exception);
        }
    }

    private void Refuse(TaskCompletionSource batch, Exception exception)
    {
        next = null;
        Fail(batch, exception);
        if (waiters is { } later)
        {
            waiters = null;
            Fail(later, exception); // They were based on a state that did not become durable.
        }
    }

    private static void Fail(TaskCompletionSource batch, Exception exception)
    {
        batch.SetException(exception);
        _ = batch.Task.Exception; // Marks the exception as observed, even without waiting calls.
    }
}
