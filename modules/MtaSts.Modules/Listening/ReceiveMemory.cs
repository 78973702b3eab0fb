using System.Net;

namespace MtaSts.Modules.Listening;

/// <summary>
/// The shared memory for bodies that a listener is receiving. A quarter is only for small bodies, and one client has an eighth, or a single body.
/// When no memory is free, slow bodies are dropped, the oldest first, so that clients that hold memory without sending do not block others. Safe for
/// concurrent use.
/// </summary>
/// <param name="limit">Bytes.</param>
/// <param name="clock">Measures the rate of bodies.</param>
public sealed class ReceiveMemory(long limit, TimeProvider clock)
{
    private readonly TimeProvider clock = clock;

    /// <summary>A body that holds more is large. 256 KiB: real reports stay below 100 KiB.</summary>
    public const int LargeFrom = 256 * 1024;

    /// <summary>Bytes a second below which a body is slow. 64 KiB: a real report arrives within some round trips.</summary>
    public const int LeastRate = 64 * 1024;

    /// <summary>One client's bodies hold at most this part of the memory. Bounds: one client that uses all memory.</summary>
    private const int ShareOfMemory = 8;

    /// <summary>A body is not considered slow before this time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly LinkedList<Body> bodies = [];
    private long taken;

    /// <summary>Free bytes.</summary>
    public long Free => limit - Interlocked.Read(ref taken);

    /// <summary>Whether a body of this size can ever be accepted.</summary>
    public bool HasRoomFor(int body) => body <= Limit(body);

    /// <summary>Starts a body. Dispose it to release its memory.</summary>
    /// <param name="client">The client it is counted for, see <see cref="ClientNetwork"/>; null: none.</param>
    /// <param name="drop">Called at most once, on any thread, when memory is needed for others: it must release the bytes of the body at once.</param>
    public Body Begin(IPAddress? client, Action drop)
    {
        ArgumentNullException.ThrowIfNull(drop);
        var body = new Body(this, client is null ? null : ClientNetwork.Of(client), drop, clock.GetTimestamp());
        lock (gate)
            body.Place = bodies.AddLast(body);
        return body;
    }

    /// <summary>Drops the oldest slow body that holds more than this many bytes.</summary>
    /// <returns>False: there is none.</returns>
    public bool DropSlow(long holding)
    {
        Body? victim;
        lock (gate)
            victim = Take(Slow(body => body.Held > holding));
        victim?.Drop();
        return victim is not null;
    }

    private bool TryTake(Body taker, long bytes, long will)
    {
        List<Body> victims = [];
        try
        {
            lock (gate)
            {
                if (taker.Place is null)
                    return false; // Dropped meanwhile.
                if (taker.Client is { } client)
                {
                    while (HeldBy(client, will) + bytes is var held && held > limit / ShareOfMemory && held > will)
                    {
                        if (Take(Slow(body => body != taker && client.Equals(body.Client))) is not { } victim)
                            return false;
                        victims.Add(victim);
                    }
                }
                while (taken + bytes > Limit(will))
                {
                    if (Take(Slow(body => body != taker)) is not { } victim)
                        return false;
                    victims.Add(victim);
                }
                Add(taker, bytes);
                return true;
            }
        }
        finally
        {
            foreach (var victim in victims)
                victim.Drop();
        }
    }

    /// <summary>The oldest slow body with memory that matches the filter. The list is ordered by start.</summary>
    private Body? Slow(Func<Body, bool> isWanted)
    {
        foreach (var body in bodies)
        {
            if (clock.GetElapsedTime(body.Began) < Patience)
                return null;
            if (body is { IsWhole: false, Held: > 0 } && body.IsSlow(clock) && isWanted(body))
                return body;
        }
        return null;
    }

    private Body? Take(Body? body)
    {
        if (body?.Place is not { } place)
            return null;
        bodies.Remove(place);
        body.Place = null;
        Add(body, -body.Held);
        return body;
    }

    private void Add(Body body, long bytes)
    {
        taken += bytes;
        body.Held += bytes;
    }

    /// <summary>Bytes held by a client's bodies. Large bodies count only against large ones: behind a proxy they may belong to another client.</summary>
    private long HeldBy(IPAddress client, long will) =>
        bodies.Where(body => !body.IsWhole && client.Equals(body.Client) && (will > LargeFrom || body.Held <= LargeFrom)).Sum(body => body.Held);

    private long Limit(long body) => body > LargeFrom ? limit - (limit / 4) : limit;

    /// <summary>One body being received.</summary>
    public sealed class Body : IDisposable
    {
        private readonly ReceiveMemory memory;
        private readonly Action drop;

        private long last;
        private long windowBegan;
        private long windowBytes;
        private bool wasSlow;

        internal Body(ReceiveMemory memory, IPAddress? client, Action drop, long began)
        {
            (this.memory, Client, this.drop) = (memory, client, drop);
            Began = last = windowBegan = began;
        }

        internal IPAddress? Client { get; }

        internal long Began { get; }

        internal long Held { get; set; }

        internal bool IsWhole { get; private set; }

        /// <summary>Null once it was dropped or disposed of.</summary>
        internal LinkedListNode<Body>? Place { get; set; }

        /// <summary>Takes more memory.</summary>
        /// <param name="bytes">How much more.</param>
        /// <param name="will">The total it will then hold.</param>
        /// <returns>False: no memory is free, or the body was dropped.</returns>
        public bool TryTake(long bytes, long will) => memory.TryTake(this, bytes, will);

        /// <summary>Records received bytes.</summary>
        public void Received(int bytes)
        {
            var now = memory.clock.GetTimestamp();
            if (memory.clock.GetElapsedTime(windowBegan, now) is var measured && measured >= Patience)
                (wasSlow, windowBegan, windowBytes) = (IsTooLittle(measured), now, 0); // Measured in windows, so that a fast start does not hide a slow rest.
            windowBytes += bytes;
            last = now;
        }

        /// <summary>Nothing was received for <see cref="Patience"/>, or too little in the last window.</summary>
        internal bool IsSlow(TimeProvider clock) =>
            wasSlow || clock.GetElapsedTime(last) >= Patience || (clock.GetElapsedTime(windowBegan) is var measured && measured >= Patience && IsTooLittle(measured));

        private bool IsTooLittle(TimeSpan measured) => windowBytes < measured.TotalSeconds * LeastRate;

        /// <summary>The body is complete and will not be dropped.</summary>
        /// <returns>False: it has been dropped.</returns>
        public bool Complete()
        {
            lock (memory.gate)
            {
                IsWhole = true;
                return Place is not null;
            }
        }

        /// <summary>Releases its memory.</summary>
        public void Dispose()
        {
            lock (memory.gate)
                memory.Take(this);
        }

        internal void Drop() => drop();
    }
}
