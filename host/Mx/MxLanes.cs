using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace MtaSts.Host.Mx;

/// <summary>Bounds concurrent connections of the silo and to each target network.</summary>
internal sealed class MxLanes : IDisposable
{
    private const int Ipv4Prefix = 3;
    private const int Ipv6Prefix = 6;

    private readonly PartitionedRateLimiter<IPAddress> networks = PartitionedRateLimiter.Create<IPAddress, IPAddress>(static address => Lane(Network(address), MxLimits.AtOncePerNetwork));
    private readonly PartitionedRateLimiter<IPAddress> silo = PartitionedRateLimiter.Create<IPAddress, bool>(static _ => Lane(true, MxLimits.AtOnce));
    private readonly PartitionedRateLimiter<IPAddress> both;

    /// <summary>The network's place comes first: connections that wait for it hold no place of the silo.</summary>
    public MxLanes() => both = PartitionedRateLimiter.CreateChained(networks, silo);

    /// <summary>Waits for a place. The lease has none when too many wait.</summary>
    public ValueTask<RateLimitLease> EnterAsync(IPAddress address, CancellationToken cancellationToken) => both.AcquireAsync(address, 1, cancellationToken);

    public void Dispose()
    {
        both.Dispose();
        networks.Dispose();
        silo.Dispose();
    }

    /// <summary>The /24 of an IPv4 address, the /48 of an IPv6 address: what one operator usually has.</summary>
    internal static IPAddress Network(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Prefix : Ipv6Prefix).Clear();
        return new IPAddress(bytes);
    }

    private static RateLimitPartition<T> Lane<T>(T key, int width) =>
        RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = width, QueueLimit = MxLimits.Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });
}
