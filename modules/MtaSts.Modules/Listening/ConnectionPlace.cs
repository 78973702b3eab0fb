using System.Net;

namespace MtaSts.Modules.Listening;

/// <summary>One connection's place in a <see cref="ConnectionTable"/>; dispose it when the connection has ended. Members may be called from any thread.</summary>
public sealed class ConnectionPlace : IDisposable
{
    private const int Dropped = int.MinValue;
    private readonly ConnectionTable table;
    private readonly Action drop;
    private readonly Func<bool>? isClosed;
    private readonly Func<bool>? hasUnread;
    private int requests;
    private long since;
    private int hasLeft;

    internal ConnectionPlace(ConnectionTable table, IPAddress network, Action drop, Func<bool>? isClosed, Func<bool>? hasUnread, long now)
    {
        (this.table, this.drop, this.isClosed, this.hasUnread, since) = (table, drop, isClosed, hasUnread, now);
        Network = network;
    }

    internal IPAddress Network { get; }

    /// <summary>When it became idle, or busy; a timestamp of the table's clock.</summary>
    internal long Since => Volatile.Read(ref since);

    internal bool IsIdle => Volatile.Read(ref requests) == 0;

    /// <summary>Whether the client has sent bytes that are not yet read.</summary>
    internal bool HasUnread => hasUnread?.Invoke() == true;

    /// <summary>Whether its descriptor has been released.</summary>
    internal bool IsGone => isClosed?.Invoke() ?? Volatile.Read(ref hasLeft) != 0;

    /// <summary>Marks the start of a request: the connection is not idle until <see cref="End"/>. False: it has been dropped.</summary>
    public bool Begin()
    {
        int before;
        do
        {
            before = Volatile.Read(ref requests);
            if (before < 0)
                return false;
        }
        while (Interlocked.CompareExchange(ref requests, before + 1, before) != before);
        if (before == 0)
            Volatile.Write(ref since, table.Now);
        return true;
    }

    /// <summary>Marks the end of a request.</summary>
    public void End()
    {
        Volatile.Write(ref since, table.Now);
        int before;
        do
        {
            before = Volatile.Read(ref requests);
            if (before <= 0)
                return;
        }
        while (Interlocked.CompareExchange(ref requests, before - 1, before) != before);
    }

    /// <summary>Restarts the idle time after bytes that are not yet a request.</summary>
    public void Touch() => Volatile.Write(ref since, table.Now);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref hasLeft, 1) == 0)
            table.Leave(this);
    }

    /// <summary>Reserves the connection for a drop, if it is idle or <paramref name="evenBusy"/>; the caller calls <see cref="Drop"/> afterwards.</summary>
    internal bool TryClaim(bool evenBusy) =>
        evenBusy ? Interlocked.Exchange(ref requests, Dropped) >= 0 : Interlocked.CompareExchange(ref requests, Dropped, 0) == 0;

    internal void Drop() => drop();
}
