using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Smtp.Dialogue;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>Bounds the connections, and counts the actions of each client (see <see cref="ClientNetwork"/>).</summary>
internal sealed class PeerTable(SmtpOptions options, TimeProvider clock, ILogger logger)
{
    /// <summary>Addresses recorded without a connection; beyond them the oldest minute is deleted. Bounds: a flood from many addresses.</summary>
    private const int MaxIdle = 10_000;

    /// <summary>One address's messages hold at most this part of <see cref="SmtpOptions.MaxMemory"/>. Bounds: one client that uses all memory.</summary>
    private const int ShareOfMemory = 8;

    private const int SixteenthsOfDescriptors = 2;
    private static readonly TimeSpan LongestUnderPressure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly SmtpOptions options = options;
    private readonly IReadOnlyList<IPNetwork> trusted = options.Networks();
    private readonly ConnectionTable places = new(
        ConnectionLimits.WithinDescriptors("smtp", SixteenthsOfDescriptors, options.MaxConnections, options.MaxConnectionsPerAddress) with { Uncounted = options.Networks(), DropBusyAfter = LongestUnderPressure },
        clock,
        logger);
    private readonly Dictionary<IPAddress, Counts> counts = [];
    private readonly Lock gate = new();

    /// <summary>Number of recorded addresses.</summary>
    internal int Remembered => counts.Count;

    /// <summary>Null: there are too many connections, of this client or in all, and none can be closed. Dispose it when the connection ends.</summary>
    public Ticket? TryEnter(ConnectionContext connection) => Admit((connection.RemoteEndPoint as IPEndPoint)?.Address, places.TryEnter(connection));

    /// <inheritdoc cref="TryEnter(ConnectionContext)"/>
    internal Ticket? TryEnter(IPAddress? address, Action drop) => Admit(address, places.TryEnter(address, drop));

    private Ticket? Admit(IPAddress? address, ConnectionPlace? place)
    {
        if (place is null)
            return null;
        if (address is null || trusted.Contains(address))
            return new Ticket(this, null, place);
        var key = ClientNetwork.Of(address);
        lock (gate)
            Find(key).Connections++;
        return new Ticket(this, key, place);
    }

    private Counts Find(IPAddress key)
    {
        if (!counts.TryGetValue(key, out var counted))
        {
            if (counts.Count >= MaxIdle + options.MaxConnections)
                Forget();
            counts[key] = counted = new Counts { Began = clock.GetTimestamp() };
        }
        if (clock.GetElapsedTime(counted.Began) >= Window)
            (counted.Began, counted.Messages, counted.Guesses) = (clock.GetTimestamp(), 0, 0);
        return counted;
    }

    private void Forget()
    {
        foreach (var (key, _) in counts.Where(pair => pair.Value.Connections == 0).OrderBy(pair => pair.Value.Began).Take(MaxIdle / 2).ToArray())
            counts.Remove(key);
    }

    private sealed class Counts
    {
        public int Connections { get; set; }

        public long Began { get; set; }

        public int Messages { get; set; }

        public int Guesses { get; set; }

        /// <summary>Bytes of its messages in transfer.</summary>
        public long Held { get; set; }
    }

    /// <summary>One connection's place, and the remaining allowance of its address.</summary>
    internal sealed class Ticket(PeerTable table, IPAddress? key, ConnectionPlace place) : IAllowance, IDisposable
    {
        private bool left;

        /// <summary>The connection's place among all.</summary>
        public ConnectionPlace Place => place;

        public bool MayGuess => Counted(counted => counted.Guesses < table.options.GuessesPerMinute);

        public bool TakeMessage() => Counted(counted => counted.Messages < table.options.MessagesPerMinute && ++counted.Messages > 0);

        public void Guessed() => Counted(counted => ++counted.Guesses > 0);

        // A single message may have the maximum size.
        public bool TryHold(long bytes, long held) => Counted(counted =>
        {
            if (counted.Held + bytes > table.options.MaxMemory / ShareOfMemory && counted.Held + bytes > held)
                return false;
            counted.Held += bytes;
            return true;
        });

        public void Release(long bytes) => Counted(counted => (counted.Held -= bytes) >= 0);

        public void Dispose()
        {
            lock (table.gate)
            {
                if (left)
                    return;
                left = true;
                if (key is not null)
                    table.Find(key).Connections--;
            }
            place.Dispose();
        }

        private bool Counted(Func<Counts, bool> rule)
        {
            if (key is null)
                return true;
            lock (table.gate)
                return rule(table.Find(key));
        }
    }
}
