using System.Net;
using System.Net.Sockets;

namespace MtaSts.Peers;

/// <summary>
/// Ports nobody listens on at the moment. They lie below those that the system gives to outgoing connections (32768 and up on Linux): one of these
/// may be taken again before the server it was meant for has started.
/// </summary>
public static class FreePort
{
    private const int First = 12_000;
    private const int Count = 20_000;

    // Processes that run side by side begin far from each other.
    private static int last = (int)(Environment.ProcessId * 7_919L % Count);

    /// <summary>A loopback port free for TCP and UDP; no other call in this process gets it until all have been given.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + ((Interlocked.Increment(ref last) & int.MaxValue) % Count);
            try
            {
                using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
                using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody's: another one.
            }
        }
        throw new InvalidOperationException($"No port between {First} and {First + Count} is free.");
    }
}
