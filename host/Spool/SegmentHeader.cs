using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MtaSts.Host.Spool;

/// <summary>
/// The first 64 bytes of a segment: magic (8), version (4), nothing (4), number (8), the segment's mark (16), the beginning of a SHA-256
/// over what came before (24). Numbers are little-endian.
/// </summary>
internal static class SegmentHeader
{
    public const int Length = 64;
    public const int MarkLength = 16;
    public const uint Version = 1;
    private const int NumberAt = 16;
    private const int MarkAt = 24;
    private const int SumAt = 40;

    private static ReadOnlySpan<byte> Magic => "MTASPOOL"u8;

    /// <param name="mark">Random, and at the head of each record: after damage the next record is found by it, and no report can contain a forged one.</param>
    public static byte[] Write(long number, ReadOnlySpan<byte> mark)
    {
        var header = new byte[Length];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(Magic.Length), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(NumberAt), number);
        mark.CopyTo(header.AsSpan(MarkAt, MarkLength));
        Sum(header).CopyTo(header.AsSpan(SumAt));
        return header;
    }

    /// <summary>The version it was written by; null when the header is damaged.</summary>
    public static uint? ReadVersion(ReadOnlySpan<byte> header) =>
        header.StartsWith(Magic) && header[SumAt..Length].SequenceEqual(Sum(header)) ? BinaryPrimitives.ReadUInt32LittleEndian(header[Magic.Length..]) : null;

    public static ReadOnlySpan<byte> Mark(ReadOnlySpan<byte> header) => header.Slice(MarkAt, MarkLength);

    private static ReadOnlySpan<byte> Sum(ReadOnlySpan<byte> header) => SHA256.HashData(header[..SumAt]).AsSpan(0, Length - SumAt);
}
