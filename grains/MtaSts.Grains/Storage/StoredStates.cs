namespace MtaSts.Grains;

/// <summary>Writes a grain's state, so that memory never contains a state that may not be stored.</summary>
internal static class StoredStates
{
    /// <summary>Makes <paramref name="next"/> durable. When the write fails, the state in memory is restored and the exception is rethrown.</summary>
    /// <param name="doubt">Called on failure: the write may or may not have succeeded, so the state must be read again before the next decision.</param>
    public static async Task Replace<TState>(this IPersistentState<TState> stored, TState next, Action doubt)
    {
        var before = stored.State;
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            stored.State = before;
            doubt();
            throw;
        }
    }
}
