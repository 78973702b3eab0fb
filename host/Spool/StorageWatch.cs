using System.Threading.Channels;

namespace MtaSts.Host.Spool;

/// <summary>What the inbox has learned about storage: while it is down nobody waits for it again.</summary>
internal sealed class StorageWatch
{
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int down;

    public bool IsDown => Volatile.Read(ref down) == 1;

    /// <returns>False when that was known.</returns>
    public bool Fell()
    {
        var isNew = Interlocked.Exchange(ref down, 1) == 0;
        Tell();
        return isNew;
    }

    /// <returns>False when that was known.</returns>
    public bool Rose() => Interlocked.Exchange(ref down, 0) == 1;

    /// <summary>Wakes the drain: there is something for it to do.</summary>
    public void Tell() => news.Writer.TryWrite(true);

    public async Task NewsAsync(CancellationToken cancellationToken) => await news.Reader.ReadAsync(cancellationToken);
}
