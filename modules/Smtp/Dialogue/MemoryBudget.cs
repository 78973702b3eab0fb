namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>Bytes of messages that all connections together may hold. Safe for concurrent use.</summary>
internal sealed class MemoryBudget(long limit)
{
    private long taken;

    public long Free => limit - Interlocked.Read(ref taken);

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref taken, bytes) <= limit)
            return true;
        Interlocked.Add(ref taken, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref taken, -bytes);
}
