using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace MtaSts.Host.Dashboard.Sessions;

/// <summary>A session and its account.</summary>
internal sealed record SessionKey(string Session, string Account);

/// <summary>Whether another page can be opened.</summary>
internal enum PageRoom
{
    Free,

    /// <summary>The account has reached <see cref="LiveCircuits.MostOfAccount"/>.</summary>
    NoneForAccount,

    /// <summary>All accounts together have reached <see cref="LiveCircuits.Most"/>.</summary>
    NoneForAnybody,
}

/// <summary>The open pages of this process: their connections, and the session of each circuit.</summary>
internal sealed class LiveCircuits(IOptions<CircuitOptions> options, TimeProvider clock)
{
    /// <summary>Connections of one account: many times the tabs a person has open.</summary>
    public const int MostOfAccount = 40;

    /// <summary>Connections of all accounts together. A page holds a few hundred kilobytes.</summary>
    public const int Most = 1000;

    /// <summary>How long an ended page has to redirect its browser to the sign-in before its connection is closed.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Connection> connections = [];
    private readonly Dictionary<string, Circuit> circuits = [];
    private readonly Dictionary<SessionRevalidation, SessionKey> pages = [];

    // After its disconnection a circuit is kept for the first period, and its persisted state for the second.
    private TimeSpan Kept => options.Value.DisconnectedCircuitRetentionPeriod + options.Value.PersistedCircuitInMemoryRetentionPeriod;

    /// <summary>Counts a connection; false when there are too many.</summary>
    public bool TryEnter(HubCallerContext hub, SessionKey key)
    {
        lock (gate)
        {
            if (RoomOf(key.Account) != PageRoom.Free)
                return false;
            connections[hub.ConnectionId] = new Connection(hub, key);
            return true;
        }
    }

    /// <summary>Whether another page of the account could be opened now.</summary>
    public PageRoom Room(string account)
    {
        lock (gate)
            return RoomOf(account);
    }

    public void Leave(HubCallerContext hub)
    {
        lock (gate)
        {
            if (connections.Remove(hub.ConnectionId, out var left) && left.Circuit is { } id && circuits.TryGetValue(id, out var circuit))
                circuits[id] = circuit with { LeftAt = clock.GetTimestamp() };
        }
    }

    /// <summary>Assigns the circuit to the session of the connection.</summary>
    public void Own(HubCallerContext hub, string circuit)
    {
        lock (gate)
        {
            foreach (var (id, one) in circuits)
            {
                if (one.LeftAt is { } left && clock.GetElapsedTime(left) > Kept)
                    circuits.Remove(id);
            }
            if (!connections.TryGetValue(hub.ConnectionId, out var connection))
                return;
            connection.Circuit = circuit;
            circuits[circuit] = new Circuit(connection.Key.Session, null);
        }
    }

    /// <summary>Whether this session started the circuit.</summary>
    public bool IsOwn(SessionKey key, string? circuit)
    {
        lock (gate)
            return circuit is not null && circuits.TryGetValue(circuit, out var one) && one.Session == key.Session;
    }

    public void Add(SessionRevalidation page, SessionKey key)
    {
        lock (gate)
            pages[page] = key;
    }

    public void Remove(SessionRevalidation page)
    {
        lock (gate)
            pages.Remove(page);
    }

    /// <summary>Ends pages: their content is cleared at once, their connections are closed a moment later.</summary>
    public void End(Predicate<SessionKey> which)
    {
        SessionRevalidation[] ended;
        HubCallerContext[] cut;
        lock (gate)
        {
            ended = [.. pages.Where(page => which(page.Value)).Select(page => page.Key)];
            cut = [.. connections.Values.Where(one => which(one.Key)).Select(one => one.Hub)];
            foreach (var id in connections.Values.Where(one => which(one.Key)).Select(one => one.Circuit).OfType<string>())
                circuits.Remove(id);
        }
        foreach (var page in ended)
            page.End();
        if (cut.Length > 0)
            _ = Cut(cut);
    }

    private PageRoom RoomOf(string account) =>
        connections.Count >= Most ? PageRoom.NoneForAnybody : connections.Values.Count(one => one.Key.Account == account) >= MostOfAccount ? PageRoom.NoneForAccount : PageRoom.Free;

    private async Task Cut(HubCallerContext[] connections)
    {
        await Task.Delay(Farewell, clock);
        foreach (var connection in connections)
            connection.Abort();
    }

    private sealed class Connection(HubCallerContext hub, SessionKey key)
    {
        public HubCallerContext Hub { get; } = hub;

        public SessionKey Key { get; } = key;

        public string? Circuit { get; set; }
    }

    private sealed record Circuit(string Session, long? LeftAt);
}
