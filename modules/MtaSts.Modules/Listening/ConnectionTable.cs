using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;

namespace MtaSts.Modules.Listening;

/// <summary>
/// Bounds a listener's connections. When there are too many, idle ones are closed: first those of the client that has most, and of these the ones
/// that have been idle longest. A client that opens very many connections thus competes with itself, and a client with a single one is served. A connection
/// whose client has sent bytes that are not yet read is not idle: under load its request waits for the service.
/// </summary>
public sealed partial class ConnectionTable(ConnectionLimits limits, TimeProvider clock, ILogger logger)
{
    /// <summary>Name of the meter. Labels: <c>listener</c>, and <c>reason</c> (<c>client</c>: of one client, <c>all</c>: in all).</summary>
    public const string MeterName = "MtaSts.Connections";

    /// <summary>A sixteenth of the candidates is closed at once, so that a flood does not cost a search for each connection.</summary>
    private const int Batch = 16;

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("mtasts.connections.refused", "{connection}", "Connections closed at once because there were too many.");
    private static readonly Counter<long> Closed = Meter.CreateCounter<long>("mtasts.connections.dropped", "{connection}", "Connections closed so that others can be accepted.");
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, HashSet<ConnectionPlace>> networks = [];
    private readonly List<ConnectionPlace> closing = []; // Without a place, and their descriptors not yet released.
    private int count;
    private long? loggedAt;

    /// <summary>Connections that have a place.</summary>
    public int Count => Volatile.Read(ref count);

    internal long Now => clock.GetTimestamp();

    /// <summary>Takes a place for a new connection.</summary>
    /// <param name="address">The client's; null for a local socket.</param>
    /// <param name="drop">Closes the connection. Called at most once, on another connection's thread; must not block.</param>
    /// <param name="isClosed">Whether its descriptor has been released, which may be later than its place. Null: at the same time.</param>
    /// <param name="hasUnread">Whether the client has sent bytes that are not yet read. Must not throw. Null: unknown.</param>
    /// <returns>Null: there are too many, and the caller must close this one.</returns>
    public ConnectionPlace? TryEnter(IPAddress? address, Action drop, Func<bool>? isClosed = null, Func<bool>? hasUnread = null)
    {
        ArgumentNullException.ThrowIfNull(drop);
        var isCounted = address is not null && !limits.Uncounted.Contains(address);
        var network = isCounted ? ClientNetwork.Of(address!) : IPAddress.None;
        List<ConnectionPlace> victims = [];
        string? reason = null;
        ConnectionPlace? place = null;
        lock (gate)
        {
            closing.RemoveAll(static place => place.IsGone);
            if (closing.Count > Math.Max(2 * Batch, limits.Max / 2))
                reason = "all";
            else if (isCounted && networks.TryGetValue(network, out var own) && own.Count >= limits.MaxPerNetwork && !Claim(own, victims))
                reason = "client";
            else if (count >= limits.Max && !Claim(Largest(), victims) && !Claim(networks.Values.SelectMany(static all => all), victims))
                reason = "all";
            if (reason is null)
                Add(place = new ConnectionPlace(this, network, drop, isClosed, hasUnread, Now));
        }
        Tell(victims.Count, isRefused: reason is not null, reason ?? (isCounted ? "client" : "all"));
        foreach (var victim in victims)
            victim.Drop();
        return place;
    }

    internal void Leave(ConnectionPlace place)
    {
        lock (gate)
        {
            if (Remove(place) && !place.IsGone)
                closing.Add(place);
        }
    }

    private void Add(ConnectionPlace place)
    {
        if (!networks.TryGetValue(place.Network, out var all))
            networks[place.Network] = all = [];
        all.Add(place);
        count++;
    }

    private bool Remove(ConnectionPlace place)
    {
        if (!networks.TryGetValue(place.Network, out var all) || !all.Remove(place))
            return false;
        if (all.Count == 0)
            networks.Remove(place.Network);
        count--;
        return true;
    }

    private IEnumerable<ConnectionPlace> Largest()
    {
        var largest = networks.Values.MaxBy(static all => all.Count)!;
        return largest.Count > 1 ? largest : networks.Values.SelectMany(static all => all);
    }

    /// <summary>Removes some of the candidates from the table: the longest idle, or one whose request takes too long. False: there are none.</summary>
    private bool Claim(IEnumerable<ConnectionPlace> candidates, List<ConnectionPlace> victims)
    {
        var all = candidates.ToArray();
        var claimed = all.Where(static place => place.IsIdle).OrderBy(static place => place.Since).Where(static place => !place.HasUnread).Take(Math.Max(1, all.Length / Batch)).Where(static place => place.TryClaim(evenBusy: false)).ToList();
        if (claimed.Count == 0 && limits.DropBusyAfter is { } limit && all.MinBy(static place => place.Since) is { } slowest && clock.GetElapsedTime(slowest.Since) > limit && slowest.TryClaim(evenBusy: true))
            claimed.Add(slowest);
        foreach (var place in claimed)
        {
            Remove(place);
            closing.Add(place);
        }
        victims.AddRange(claimed);
        return claimed.Count > 0;
    }

    private void Tell(int dropped, bool isRefused, string reason)
    {
        if (dropped == 0 && !isRefused)
            return;
        var labels = new[] { new KeyValuePair<string, object?>("listener", limits.Listener), new KeyValuePair<string, object?>("reason", reason) };
        if (dropped > 0)
            Closed.Add(dropped, labels);
        if (isRefused)
            Refused.Add(1, labels);
        lock (gate)
        {
            if (loggedAt is { } at && clock.GetElapsedTime(at) < LogEvery)
                return;
            loggedAt = Now;
        }
        LogFull(limits.Listener, Count, limits.Max, limits.MaxPerNetwork);
    }

    [LoggerMessage(1191, LogLevel.Warning, "{Listener}: {Count} connections are open (at most {Max} in total and {PerClient} per client); idle connections are closed. Logged at most once a minute")]
    private partial void LogFull(string listener, int count, int max, int perClient);
}
