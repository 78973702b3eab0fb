namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>A message as it grows, within its own limit, its address's and that of all messages together. What does not fit is counted and dropped.</summary>
internal sealed class MessageBuffer(int limit, MemoryBudget memory, IAllowance allowance) : IDisposable
{
    private const int FirstCapacity = 16 * 1024;
    private const int LargestDoubled = 1024 * 1024;

    // Never from a pool: the inbox may read the bytes after it has answered.
    private byte[] bytes = [];
    private int length;

    /// <summary>Bytes appended, kept or not.</summary>
    public long Received { get; private set; }

    /// <summary>Over its own limit.</summary>
    public bool IsTooLarge => Received > limit;

    /// <summary>There was no room for it among the others.</summary>
    public bool IsCrowdedOut { get; private set; }

    /// <summary>The message; only when neither is the case.</summary>
    public ReadOnlyMemory<byte> Raw => bytes.AsMemory(0, length);

    public void Append(ReadOnlySpan<byte> piece)
    {
        Received += piece.Length;
        if (IsTooLarge || IsCrowdedOut || !MakeRoom(piece.Length))
        {
            Drop();
            return;
        }
        piece.CopyTo(bytes.AsSpan(length));
        length += piece.Length;
    }

    public void Dispose() => Drop();

    private bool MakeRoom(int more)
    {
        if (length + more <= bytes.Length)
            return true;
        // Past 1 MiB at once up to the limit: what is not written to needs no memory, and copies on the way would.
        var twice = Math.Max(bytes.Length * 2, FirstCapacity);
        var capacity = Math.Min(Math.Max(twice > LargestDoubled ? limit : twice, length + more), limit);
        IsCrowdedOut = !TryTake(capacity - bytes.Length, capacity);
        if (!IsCrowdedOut)
            Array.Resize(ref bytes, capacity);
        return !IsCrowdedOut;
    }

    private bool TryTake(int more, int capacity)
    {
        if (!allowance.TryHold(more, capacity))
            return false;
        if (memory.TryTake(more, capacity))
            return true;
        allowance.Release(more);
        return false;
    }

    private void Drop()
    {
        memory.Return(bytes.Length);
        allowance.Release(bytes.Length);
        (bytes, length) = ([], 0);
    }
}
