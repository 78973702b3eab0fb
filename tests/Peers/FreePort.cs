using System.Net;
using System.Net.Sockets;

namespace MtaSts.Peers;

/// <summary>Ports nobody listens on at the moment.</summary>
public static class FreePort
{
    /// <summary>A loopback port free for TCP and UDP.</summary>
    public static int Next()
    {
        while (true)
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)tcp.LocalEndPoint!).Port;
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody's UDP port: another one.
            }
        }
    }
}
