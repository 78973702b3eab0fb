using MtaSts.Modules.Listening;

namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>A message being received, within its own limit, its address's and that of all messages together. Bytes beyond a limit are counted and dropped.</summary>
internal sealed class MessageBuffer : IDisposable
{
    private const int FirstCapacity = 16 * 1024;
    private const int LargestDoubled = 1024 * 1024;

    private readonly int limit;
    private readonly IAllowance allowance;
    private readonly ReceiveMemory.Body memory;
    private readonly Lock gate = new();

    // Never from a pool: the inbox may read the bytes after its answer.
    private byte[] bytes = [];
    private int length;

    public MessageBuffer(int limit, ReceiveMemory all, IAllowance allowance)
    {
        (this.limit, this.allowance) = (limit, allowance);
        memory = all.Begin(null, CrowdOut);
    }

    /// <summary>Bytes appended, kept or not.</summary>
    public long Received { get; private set; }

    /// <summary>Over its own limit.</summary>
    public bool IsTooLarge => Received > limit;

    /// <summary>No memory was free, or it was dropped because it was slow.</summary>
    public bool IsCrowdedOut { get; private set; }

    /// <summary>The message; only valid when neither is the case.</summary>
    public ReadOnlyMemory<byte> Raw => bytes.AsMemory(0, length);

    public void Append(ReadOnlySpan<byte> piece)
    {
        lock (gate)
        {
            Received += piece.Length;
            memory.Received(piece.Length);
            if (IsTooLarge || IsCrowdedOut || !MakeRoom(piece.Length))
            {
                Drop();
                return;
            }
            piece.CopyTo(bytes.AsSpan(length));
            length += piece.Length;
        }
    }

    /// <summary>The message is complete and will not be dropped.</summary>
    public void Complete()
    {
        if (!memory.Complete())
            IsCrowdedOut = true;
    }

    public void Dispose()
    {
        lock (gate)
            Drop();
    }

    private void CrowdOut()
    {
        lock (gate)
        {
            IsCrowdedOut = true;
            Drop();
        }
    }

    private bool MakeRoom(int more)
    {
        if (length + more <= bytes.Length)
            return true;
        // Beyond 1 MiB it grows to the limit at once: unused pages need no memory, and intermediate copies would.
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
        memory.Dispose();
        allowance.Release(bytes.Length);
        (bytes, length) = ([], 0);
    }
}
