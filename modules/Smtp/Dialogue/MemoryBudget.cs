namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>Bytes of messages that all connections together may hold. A quarter is for small messages alone. Safe for concurrent use.</summary>
internal sealed class MemoryBudget(long limit)
{
    /// <summary>A message that holds more is large. 256 KiB: real reports by mail stay below 100 KiB.</summary>
    public const int LargeFrom = 256 * 1024;

    private long taken;

    public long Free => limit - Interlocked.Read(ref taken);

    /// <summary>Whether a message of this size can be taken at all.</summary>
    public bool HasRoomFor(int message) => message <= Limit(message);

    /// <summary>Takes more for a message that will then hold so much.</summary>
    public bool TryTake(long bytes, long held)
    {
        if (Interlocked.Add(ref taken, bytes) <= Limit(held))
            return true;
        Interlocked.Add(ref taken, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref taken, -bytes);

    private long Limit(long held) => held > LargeFrom ? limit - (limit / 4) : limit;
}
