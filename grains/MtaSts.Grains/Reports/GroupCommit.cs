namespace MtaSts.Grains.Reports;

/// <summary>
/// Lets many interleaving calls of one grain share one storage write. A change is applied to the state to be written next;
/// its caller hears of it when that state is durable. When a write fails everybody who waits hears of it, nothing of what
/// they changed stays, and the state is read again before the next write.
/// </summary>
internal sealed class GroupCommit<TState>(IPersistentState<TState> stored)
    where TState : class
{
    private TState? next;
    private TaskCompletionSource? waiters;
    private Task? inFlight;
    private bool writing;
    private bool suspect;

    /// <summary>What is durable.</summary>
    public TState Committed { get; private set; } = stored.State;

    /// <summary>What will be durable when every change made so far is.</summary>
    public TState Pending => next ?? Committed;

    /// <summary>Applies the change; the task ends when it is durable.</summary>
    public async Task Apply(TState changed)
    {
        next = changed;
        waiters ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = waiters.Task;
        if (!writing)
            _ = WriteAll(); // Ends by itself; whatever goes wrong reaches those who wait.
        await done;
    }

    /// <summary>Ends when everything changed so far is durable, or fails when it is not.</summary>
    public Task Settle() => waiters?.Task ?? inFlight ?? Task.CompletedTask;

    private async Task WriteAll()
    {
        writing = true;
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
                // The last write may or may not have arrived: what was built on the old reading is refused, and built anew by its callers.
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
            Fail(later, exception); // They built on what did not become durable.
        }
    }

    private static void Fail(TaskCompletionSource batch, Exception exception)
    {
        batch.SetException(exception);
        _ = batch.Task.Exception; // Seen, even if nobody waits.
    }
}
