namespace MtaSts.Host.Gateway;

/// <summary>Bytes of report bodies that all requests together may hold. A quarter is for small ones alone. Safe for concurrent use.</summary>
internal sealed class BodyBudget(long limit)
{
    /// <summary>A body that holds more is large. 256 KiB: real reports stay below 100 KiB.</summary>
    private const int LargeFrom = 256 * 1024;

    private long taken;

    /// <summary>Takes more for a body that will then hold so much.</summary>
    public bool TryTake(long bytes, long held)
    {
        if (Interlocked.Add(ref taken, bytes) <= (held > LargeFrom ? limit - (limit / 4) : limit))
            return true;
        Interlocked.Add(ref taken, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref taken, -bytes);
}
