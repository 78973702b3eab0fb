using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace MtaSts.Host.Gateway.FastPath;

/// <summary>Linux's readiness queue (epoll(7)), level-triggered: which of many sockets have bytes to read.</summary>
/// <remarks>The framework offers no readiness without its own threads, and the hop between them costs more than the whole answer.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Delete = 2;
    private const uint Readable = 0x001;
    private const uint Writable = 0x004;
    private const uint PeerClosed = 0x2000;
    private const int CloseOnExec = 0x80000;

    // struct epoll_event { uint32_t events; epoll_data_t data; }, packed on x86-64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    private readonly SafeFileHandle handle;
    private readonly byte[] events;
    private readonly int capacity;

    /// <param name="capacity">Sockets reported by one <see cref="Wait"/>.</param>
    public Epoll(int capacity)
    {
        this.capacity = capacity;
        events = new byte[capacity * EventSize];
        handle = new SafeFileHandle(epoll_create1(CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid)
            throw new SocketException(Marshal.GetLastPInvokeError(), "epoll_create1 failed.");
    }

    /// <summary>Reports the socket by <paramref name="token"/> whenever it has bytes, its peer has closed, or it has failed. From any thread.</summary>
    public void Watch(Socket socket, int token) => Control(socket, Add, Readable | PeerClosed, token);

    /// <summary>Reports a socket with room to send by <paramref name="token"/>: one that always has wakes the waiting thread. From any thread.</summary>
    public void WatchRoom(Socket socket, int token) => Control(socket, Add, Writable, token);

    /// <summary>Ends the reports. Closing a socket does, too.</summary>
    public void Forget(Socket socket) => Control(socket, Delete, 0, 0);

    /// <summary>Waits, and returns how many sockets are ready: 0 after the timeout or a signal. For one thread.</summary>
    public int Wait(int milliseconds) => Math.Max(0, epoll_wait(handle, events, capacity, milliseconds));

    /// <summary>The token of a socket reported by the last <see cref="Wait"/>.</summary>
    public int Token(int index) => MemoryMarshal.Read<int>(events.AsSpan((index * EventSize) + DataOffset));

    public void Dispose() => handle.Dispose();

    private void Control(Socket socket, int operation, uint interest, int token)
    {
        var wanted = new byte[16];
        MemoryMarshal.Write(wanted, interest);
        MemoryMarshal.Write(wanted.AsSpan(DataOffset), token);
        if (epoll_ctl(handle, operation, socket.SafeHandle, wanted) != 0)
            throw new SocketException(Marshal.GetLastPInvokeError(), "epoll_ctl failed.");
    }

#pragma warning disable IDE1006, SYSLIB1054 // The system's names; blittable arguments need no generated marshalling.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_create1(int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_ctl(SafeFileHandle epoll, int operation, SafeSocketHandle socket, byte[] wanted);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int epoll_wait(SafeFileHandle epoll, [In, Out] byte[] events, int capacity, int milliseconds);
#pragma warning restore IDE1006, SYSLIB1054
}
