using System.Buffers.Binary;
using System.IO.Compression;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The header and trailer of a gzip member (RFC 1952 §2.3).</summary>
internal static class GzipMember
{
    /// <summary>Checksum and size.</summary>
    public const int TrailerLength = 8;

    private const int FixedHeader = 10;
    /// <summary>The first bytes, with the only defined method.</summary>
    public static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 8];

    private const int HasHeaderCrc = 2, HasExtra = 4, HasName = 8, HasComment = 16, Reserved = 0xE0;

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, 8, var flags, ..] && (flags & Reserved) == 0;

    /// <summary>The rest of the header is plausible too: the three bytes alone occur in compressed data by chance, once in 16 MiB.</summary>
    public static bool BeginsSurely(ReadOnlySpan<byte> bytes) => Begins(bytes) && bytes is [_, _, _, _, _, _, _, _, 0 or 2 or 4, <= 13 or 255, ..];

    /// <summary>Whether another member may begin after the first byte.</summary>
    public static bool HasNext(ReadOnlySpan<byte> packed)
    {
        for (var at = 1; packed[at..].IndexOf(Magic) is >= 0 and var found; at += found + 1)
        {
            if (Begins(packed[(at + found)..]))
                return true;
        }
        return false;
    }

    /// <summary>Start of the compressed data.</summary>
    /// <exception cref="InvalidDataException">The header is invalid or truncated.</exception>
    public static int Header(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < FixedHeader || !Begins(packed))
            throw new InvalidDataException();
        var flags = packed[3];
        var at = FixedHeader;
        if ((flags & HasExtra) != 0)
            at += 2 + (packed.Length < at + 2 ? packed.Length : BinaryPrimitives.ReadUInt16LittleEndian(packed[at..]));
        for (var texts = ((flags & HasName) != 0 ? 1 : 0) + ((flags & HasComment) != 0 ? 1 : 0); texts > 0 && at <= packed.Length; texts--)
            at += packed[at..].IndexOf((byte)0) is >= 0 and var end ? end + 1 : packed.Length;
        at += (flags & HasHeaderCrc) != 0 ? 2 : 0;
        return at < packed.Length ? at : throw new InvalidDataException();
    }

    /// <summary>End of the member, after the trailer of the unpacked content; −1 when the trailer does not match.</summary>
    public static int End(ReadOnlySpan<byte> packed, PackedBytes read, uint crc, long size)
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)size);
        var from = Math.Max(0, read.LastRead - TrailerLength);
        return packed[from..].IndexOf(trailer) is >= 0 and var found ? from + found + TrailerLength : -1;
    }

    /// <summary>Length in bytes of the consecutive members at the beginning that can be unpacked, to <paramref name="most"/> bytes in total. Content is not kept.</summary>
    public static int Sound(ArraySegment<byte> packed, long most)
    {
        const int Piece = 64 * 1024;
        var buffer = new byte[Piece];
        var used = 0;
        for (var at = 0; Begins(packed[at..]); at = used)
        {
            try
            {
                var member = packed[(at + Header(packed[at..]))..];
                var source = new PackedBytes(member);
                using var content = new DeflateStream(source, CompressionMode.Decompress);
                var (crc, size) = (0u, 0L);
                while (size <= most && content.Read(buffer) is > 0 and var read)
                    (crc, size) = (Crc32.Of(buffer.AsSpan(0, read), crc), size + read);
                if ((most -= size) < 0 || End(member, source, crc, size) is var end && end < 0)
                    break;
                used = member.Offset - packed.Offset + end;
            }
            catch (InvalidDataException)
            {
                break;
            }
        }
        return used;
    }

    /// <summary>The size that the last member claims to have unpacked (modulo 2^32): a hint for the first buffer, and whether the file ends with it.</summary>
    public static uint LastSize(ReadOnlySpan<byte> packed) => packed.Length < FixedHeader + TrailerLength ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]);
}
