using System.Buffers;

namespace MtaSts.Host.Gateway.FastPath;

/// <summary>
/// Recognises the one request that nearly every sender sends: a GET of the policy file in HTTP/1.1 whose header asks for nothing that would
/// change the answer. It says no whenever in doubt: what it does not recognise goes to the full HTTP server.
/// </summary>
internal static class PolicyRequest
{
    /// <summary>Fields looked at: below the server's own limit of 100, so that the server judges any excess.</summary>
    private const int MaxFields = 50;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create("-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <summary>Reads a request from the front of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">What has arrived; further requests may follow.</param>
    /// <param name="host">The Host field's value: letters, digits, hyphens and dots, at least one.</param>
    /// <param name="length">How many bytes the request has.</param>
    /// <returns>False when it is not wholly there or not exactly what is recognised.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> host, out int length)
    {
        host = default;
        length = 0;
        var rest = bytes;
        if (!rest.StartsWith("GET /.well-known/mta-sts.txt HTTP/1.1\r\n"u8))
            return false;
        rest = rest["GET /.well-known/mta-sts.txt HTTP/1.1\r\n"u8.Length..];
        for (var fields = 0; fields <= MaxFields; fields++)
        {
            var end = rest.IndexOf((byte)'\n');
            if (end < 1 || rest[end - 1] != '\r')
                return false;
            var line = rest[..(end - 1)];
            rest = rest[(end + 1)..];
            if (line.IsEmpty)
            {
                length = bytes.Length - rest.Length;
                return !host.IsEmpty;
            }
            if (!TryReadField(line, ref host))
                return false;
        }
        return false;
    }

    private static bool TryReadField(ReadOnlySpan<byte> line, ref ReadOnlySpan<byte> host)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 1)
            return false;
        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (name.ContainsAnyExcept(NameBytes) || line[(colon + 1)..].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return false;
        if (Is(name, "host"u8))
        {
            if (!host.IsEmpty || value.IsEmpty || value.ContainsAnyExcept(HostBytes))
                return false;
            host = value;
            return true;
        }
        return !ChangesTheAnswer(name, value);
    }

    private static bool ChangesTheAnswer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length switch
    {
        6 => Is(name, "expect"u8),
        7 => Is(name, "upgrade"u8) || Is(name, "trailer"u8),
        10 => Is(name, "connection"u8) && !Is(value, "keep-alive"u8),
        14 => Is(name, "content-length"u8) || Is(name, "http2-settings"u8),
        17 => Is(name, "transfer-encoding"u8),
        _ => false,
    };

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => text.Length == lowerCase.Length && System.Text.Ascii.EqualsIgnoreCase(text, lowerCase);
}
