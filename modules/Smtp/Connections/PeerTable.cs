using System.Net;
using System.Net.Sockets;
using MtaSts.Modules.Smtp.Dialogue;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>Counts what each address does. An IPv6 client has a whole /64, so that is what is counted there.</summary>
internal sealed class PeerTable(SmtpOptions options, TimeProvider clock)
{
    /// <summary>Addresses remembered without a connection; beyond them the oldest minute is forgotten. Bounds: a flood from many addresses.</summary>
    private const int MaxIdle = 10_000;

    /// <summary>One address's messages hold at most this part of <see cref="SmtpOptions.MaxMemory"/>. Bounds: one client that leaves no room for the others.</summary>
    private const int ShareOfMemory = 8;

    private const int PrefixBytes = 8;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly SmtpOptions options = options;
    private readonly IPNetwork[] trusted = [.. options.Networks()];
    private readonly Dictionary<IPAddress, Counts> counts = [];
    private readonly Lock gate = new();
    private int connections;

    /// <summary>Addresses that are remembered.</summary>
    internal int Remembered => counts.Count;

    /// <summary>Null: there are too many connections, of this address or in all. To be disposed when the connection ends.</summary>
    public Ticket? TryEnter(IPAddress? address)
    {
        var key = Key(address);
        lock (gate)
        {
            if (connections >= options.MaxConnections)
                return null;
            if (key is not null)
            {
                var counted = Find(key);
                if (counted.Connections >= options.MaxConnectionsPerAddress)
                    return null;
                counted.Connections++;
            }
            connections++;
            return new Ticket(this, key);
        }
    }

    private IPAddress? Key(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        if (address is null || trusted.Any(network => network.Contains(address)))
            return null;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return new IPAddress(bytes);
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

        /// <summary>Bytes of its messages that are on their way.</summary>
        public long Held { get; set; }
    }

    /// <summary>One connection's place, and what its address may still do.</summary>
    internal sealed class Ticket(PeerTable table, IPAddress? key) : IAllowance, IDisposable
    {
        private bool left;

        public bool MayGuess => Counted(counted => counted.Guesses < table.options.GuessesPerMinute);

        public bool TakeMessage() => Counted(counted => counted.Messages < table.options.MessagesPerMinute && ++counted.Messages > 0);

        public void Guessed() => Counted(counted => ++counted.Guesses > 0);

        // A single message may be as large as any.
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
                table.connections--;
                if (key is not null)
                    table.Find(key).Connections--;
            }
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
