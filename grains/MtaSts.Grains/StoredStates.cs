namespace MtaSts.Grains;

/// <summary>Writing of a grain's state, so that memory never shows what storage may not have.</summary>
internal static class StoredStates
{
    /// <summary>Makes <paramref name="next"/> durable. When the write fails memory goes back to what it was, and the failure goes on.</summary>
    /// <param name="doubt">Called on failure: the write may or may not have arrived, so the state is to be read again before the next decision.</param>
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
