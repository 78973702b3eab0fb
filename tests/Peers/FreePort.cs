using System.Net;
using System.Net.Sockets;

namespace MtaSts.Peers;

/// <summary>
/// Ports without a listener. They are below the range for outgoing connections (32768 and up on Linux): a port of that range may be in use again
/// before the test's server has started.
/// </summary>
public static class FreePort
{
    private const int First = 12_000;
    private const int Count = 20_000;

    /// <summary>Ports of a block. A block belongs to one process at a time: parallel processes never use the same port.</summary>
    private const int Block = 200;

    private static readonly Lock Taking = new();
    private static readonly List<FileStream> Owned = []; // Locked until this process ends.
    private static int block = Environment.ProcessId % (Count / Block);
    private static int next = Block;

    /// <summary>A loopback port free for TCP and UDP; no other call gets it, in any test process, until the process has used up its block.</summary>
    public static int Next()
    {
        lock (Taking)
        {
            for (var tries = 0; tries < Count; tries++)
            {
                if (next == Block)
                    TakeBlock();
                var port = First + (block * Block) + next++;
                if (IsFree(port))
                    return port;
            }
        }
        throw new InvalidOperationException($"No port between {First} and {First + Count} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false; // In use.
        }
    }

    private static void TakeBlock()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "mtasts-ports")).FullName;
        for (var tries = 0; tries < Count / Block; tries++)
        {
            block = (block + 1) % (Count / Block);
            try
            {
                Owned.Add(new FileStream(Path.Combine(folder, $"{block}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                next = 0;
                return;
            }
            catch (IOException)
            {
                // Taken by another process, or used up by this one.
            }
        }
        throw new InvalidOperationException("Every block of ports is taken.");
    }
}
