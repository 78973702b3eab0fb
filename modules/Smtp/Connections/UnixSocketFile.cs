using System.Net;
using System.Net.Sockets;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>The file of a Unix socket.</summary>
internal static class UnixSocketFile
{
    /// <summary>Access is controlled by the folder, because a mail server runs under another user.</summary>
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Removes the file of a killed process; a file with a listener stays, and binding then fails.</summary>
    public static void RemoveLeftOver(EndPoint endPoint)
    {
        if (endPoint is not UnixDomainSocketEndPoint || !File.Exists(endPoint.ToString()))
            return;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(endPoint.ToString()!);
        }
    }

    public static void Open(EndPoint endPoint)
    {
        if (endPoint is UnixDomainSocketEndPoint && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(endPoint.ToString()!, ForAll);
    }
}
