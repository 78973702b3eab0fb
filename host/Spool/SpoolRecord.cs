using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Spool;

/// <summary>
/// An envelope in a segment: mark (16), length of the facts (4), length of the raw bytes (4), the beginning of a SHA-256 over these and the
/// offset (8), the facts as JSON, the raw bytes, a SHA-256 over the offset and all before it (32).
/// </summary>
/// <remarks>
/// The lengths have a sum of their own: a damaged one is never believed. SHA-256 because it is in the framework, costs less than a
/// tenth of the fsync that follows, and what is recovered was written by strangers: a sum that can be met on purpose would not do.
/// </remarks>
internal sealed record SpoolRecord(int Offset, int Length, Envelope Envelope, bool IsKnown)
{
    /// <summary>Names and addresses longer than this are cut: they are for people.</summary>
    private const int MaxText = 1_024;

    private const int MaxFacts = 16 * 1024;
    private const int FactsAt = SegmentHeader.MarkLength;
    private const int RawAt = FactsAt + 4;
    private const int HeadSumAt = RawAt + 4;
    private const int HeadSumLength = 8;
    private const int SumLength = 32;

    public const int HeadLength = HeadSumAt + HeadSumLength;

    /// <summary>No record is longer.</summary>
    public const int MaxLength = HeadLength + MaxFacts + Envelope.MaxBytes + SumLength;

    /// <param name="mark">The segment's.</param>
    /// <param name="offset">Where in the segment it will stand: a record read elsewhere is not one.</param>
    /// <param name="facts">From <see cref="WriteFacts"/>.</param>
    public static byte[] Write(ReadOnlySpan<byte> mark, int offset, ReadOnlySpan<byte> facts, ReadOnlySpan<byte> raw)
    {
        var record = new byte[LengthOf(facts.Length, raw.Length)];
        mark.CopyTo(record);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(FactsAt), facts.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(RawAt), raw.Length);
        Sum(record.AsSpan(0, HeadSumAt), offset)[..HeadSumLength].CopyTo(record.AsSpan(HeadSumAt));
        facts.CopyTo(record.AsSpan(HeadLength));
        raw.CopyTo(record.AsSpan(HeadLength + facts.Length));
        Sum(record.AsSpan(0, record.Length - SumLength), offset).CopyTo(record.AsSpan(record.Length - SumLength));
        return record;
    }

    public static int LengthOf(int facts, int raw) => HeadLength + facts + raw + SumLength;

    public static byte[] WriteFacts(Envelope envelope, bool isKnown) => JsonSerializer.SerializeToUtf8Bytes(new SpoolFacts
    {
        Source = Cut(envelope.Source)!,
        ReceivedAt = envelope.ReceivedAt,
        Token = Cut(envelope.Token),
        Peer = Cut(envelope.Peer),
        FileName = Cut(envelope.FileName),
        Known = isKnown,
    }, SpoolJson.Default.SpoolFacts);

    /// <summary>The record's length when a true head stands at the offset; 0 when none does.</summary>
    public static int ReadHead(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> mark, int offset)
    {
        var rest = segment[offset..];
        if (rest.Length < HeadLength || !rest.StartsWith(mark) || !rest[HeadSumAt..HeadLength].SequenceEqual(Sum(rest[..HeadSumAt], offset)[..HeadSumLength]))
            return 0;
        var (facts, raw) = (BinaryPrimitives.ReadInt32LittleEndian(rest[FactsAt..]), BinaryPrimitives.ReadInt32LittleEndian(rest[RawAt..]));
        return facts is >= 0 and <= MaxFacts && raw is > 0 and <= Envelope.MaxBytes ? LengthOf(facts, raw) : 0;
    }

    /// <summary>Null: the bytes are not those that were written.</summary>
    public static SpoolRecord? Read(ReadOnlyMemory<byte> segment, int offset, int length)
    {
        var record = segment.Slice(offset, length);
        if (!record.Span[^SumLength..].SequenceEqual(Sum(record.Span[..^SumLength], offset)))
            return null;
        var facts = BinaryPrimitives.ReadInt32LittleEndian(record.Span[FactsAt..]);
        try
        {
            return JsonSerializer.Deserialize(record.Span.Slice(HeadLength, facts), SpoolJson.Default.SpoolFacts) is { } read
                ? new SpoolRecord(offset, length, read.ToEnvelope(record[(HeadLength + facts)..^SumLength]), read.Known)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> Sum(ReadOnlySpan<byte> bytes, int offset)
    {
        Span<byte> place = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(place, offset);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(place);
        hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }

    private static string? Cut(string? text) => text is { Length: > MaxText } ? text[..MaxText] : text;
}

/// <summary>What is kept of an envelope beside its bytes. Stored: names stay, new ones have defaults.</summary>
internal sealed record SpoolFacts
{
    [JsonPropertyName("source")] public required string Source { get; init; }
    [JsonPropertyName("receivedAt")] public required DateTimeOffset ReceivedAt { get; init; }
    [JsonPropertyName("token")] public string? Token { get; init; }
    [JsonPropertyName("peer")] public string? Peer { get; init; }
    [JsonPropertyName("fileName")] public string? FileName { get; init; }

    /// <summary>The token had been found in storage not long before.</summary>
    [JsonPropertyName("known")] public bool Known { get; init; }

    public Envelope ToEnvelope(ReadOnlyMemory<byte> raw) => new(Source, ReceivedAt, raw, Token, null, Peer, FileName);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SpoolFacts))]
internal sealed partial class SpoolJson : JsonSerializerContext;
