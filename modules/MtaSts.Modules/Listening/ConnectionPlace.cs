using System.Net;

namespace MtaSts.Modules.Listening;

/// <summary>One connection's place in a <see cref="ConnectionTable"/>; dispose it when the connection has ended. Members may be called from any thread.</summary>
public sealed class ConnectionPlace : IDisposable
{
    private const int Dropped = int.MinValue;
    private readonly ConnectionTable table;
    private readonly Action drop;
    private readonly Func<bool>? isClosed;
    private int requests;
    private long since;
    private int hasLeft;

    internal ConnectionPlace(ConnectionTable table, IPAddress network, Action drop, Func<bool>? isClosed, long now)
    {
        (this.table, this.drop, this.isClosed, since) = (table, drop, isClosed, now);
        Network = network;
    }

    internal IPAddress Network { get; }

    /// <summary>When it became idle, or busy; a timestamp of the table's clock.</summary>
    internal long Since => Volatile.Read(ref since);

    internal bool IsIdle => Volatile.Read(ref requests) == 0;

    /// <summary>Whether its descriptor has been given back.</summary>
    internal bool IsGone => isClosed?.Invoke() ?? Volatile.Read(ref hasLeft) != 0;

    /// <summary>A request begins: the connection is not idle until <see cref="End"/>. False: it has been dropped already.</summary>
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

    /// <summary>A request has ended.</summary>
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

    /// <summary>The client said something that is no request yet: it is idle from now on.</summary>
    public void Touch() => Volatile.Write(ref since, table.Now);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref hasLeft, 1) == 0)
            table.Leave(this);
    }

    /// <summary>Takes the connection out of use, if it is idle or <paramref name="evenBusy"/>; the caller calls <see cref="Drop"/> afterwards.</summary>
    internal bool TryClaim(bool evenBusy) =>
        evenBusy ? Interlocked.Exchange(ref requests, Dropped) >= 0 : Interlocked.CompareExchange(ref requests, Dropped, 0) == 0;

    internal void Drop() => drop();
}
