using System.Net;

namespace MtaSts.Modules.Listening;

/// <summary>Limits of a listener's connections.</summary>
/// <param name="Listener">Its name in logs and metrics, from a closed set: <c>gateway</c>, <c>dashboard</c>, <c>smtp</c>.</param>
/// <param name="Max">Connections at once.</param>
/// <param name="MaxPerNetwork">Connections of one client (see <see cref="ClientNetwork"/>).</param>
public sealed record ConnectionLimits(string Listener, int Max, int MaxPerNetwork)
{
    private const int Parts = 16;

    /// <summary>Descriptors not used by listeners: the runtime holds two for each assembly (some 350), the rest is for storage, DNS and outgoing connections.</summary>
    private const int Reserve = 512;

    /// <summary>Fewer than this per client would refuse a mail server or a browser in ordinary use.</summary>
    private const int LeastPerNetwork = 16;

    /// <summary>Clients limited only by <see cref="Max"/>, such as a proxy in front.</summary>
    public IReadOnlyList<IPNetwork> Uncounted { get; init; } = [];

    /// <summary>A request that takes longer may be aborted when a place is needed and no connection is idle. Null: never. Bounds: bodies sent one
    /// byte at a time.</summary>
    public TimeSpan? DropBusyAfter { get; init; }

    /// <summary>
    /// At most <paramref name="max"/> connections, and at most <paramref name="sixteenths"/> of the descriptors that remain after the process's own
    /// needs; of these, one client has an eighth, or <paramref name="perNetwork"/> if that is less.
    /// </summary>
    public static ConnectionLimits WithinDescriptors(string listener, int sixteenths, int max, int perNetwork) => Within(FileDescriptors.Limit, listener, sixteenths, max, perNetwork);

    internal static ConnectionLimits Within(int descriptors, string listener, int sixteenths, int max, int perNetwork)
    {
        var free = Math.Max(descriptors - Reserve, descriptors / 4);
        var all = Math.Max(1, Math.Min(max, (int)((long)free * sixteenths / Parts)));
        return new ConnectionLimits(listener, all, Math.Min(all, Math.Min(perNetwork, Math.Max(LeastPerNetwork, all / 8))));
    }
}
