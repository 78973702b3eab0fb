using System.Threading.Channels;

namespace MtaSts.Host.Spool;

/// <summary>Whether storage is available, as observed by the inbox and the drain. While it is not, no caller waits for it.</summary>
internal sealed class StorageWatch
{
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int down;

    public bool IsDown => Volatile.Read(ref down) == 1;

    /// <returns>False when this was already known.</returns>
    public bool Fell()
    {
        var isNew = Interlocked.Exchange(ref down, 1) == 0;
        Tell();
        return isNew;
    }

    /// <returns>False when this was already known.</returns>
    public bool Rose() => Interlocked.Exchange(ref down, 0) == 1;

    /// <summary>Wakes the drain.</summary>
    public void Tell() => news.Writer.TryWrite(true);

    public async Task NewsAsync(CancellationToken cancellationToken) => await news.Reader.ReadAsync(cancellationToken);
}
