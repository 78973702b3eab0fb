using System.Net;
using System.Net.Sockets;

namespace MtaSts.Protocol.Reports;

/// <summary>
/// The network of a sending server (RFC 8460 §4.4, <c>sending-mta-ip</c>): its address without the host part. Sufficient to
/// show that one site of a sender fails, while the number of distinct values stays small.
/// </summary>
public static class SendingNetwork
{
    private const int V4Bytes = 3;
    private const int V6Bytes = 6;

    /// <summary><c>192.0.2.0/24</c> or <c>2001:db8:1::/48</c>; null when the text is not an address.</summary>
    public static string? Of(string? address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
            return null;
        if (parsed.IsIPv4MappedToIPv6)
            parsed = parsed.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        if (!parsed.TryWriteBytes(bytes, out var length))
            return null;
        var kept = parsed.AddressFamily == AddressFamily.InterNetwork ? V4Bytes : V6Bytes;
        bytes[kept..length].Clear();
        return $"{new IPAddress(bytes[..length])}/{kept * 8}";
    }
}
