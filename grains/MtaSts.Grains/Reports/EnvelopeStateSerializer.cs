using System.Buffers;
using System.Buffers.Text;
using Orleans.Storage;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Writes and reads states as the serializer beneath does, byte for byte what a JSON reader takes for the same; only a large envelope's bytes go straight to their place.
/// The framework would need several times their size, in pooled buffers of which each thread keeps one.
/// </summary>
public sealed class EnvelopeStateSerializer(IGrainStorageSerializer inner) : IGrainStorageSerializer
{
    /// <summary>Raw bytes above this are written here.</summary>
    private const int LargeFrom = 64 * 1024;

    private static ReadOnlySpan<byte> Empty => "\"raw\":\"\""u8;

    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input)
    {
        if (input is not IngestionRecord { Raw.Length: > LargeFrom } record)
            return inner.Serialize(input);
        var rest = inner.Serialize(record with { Raw = [] }).ToMemory().Span;
        var at = rest.IndexOf(Empty);
        if (at < 0)
            return inner.Serialize(input);
        at += Empty.Length - 1; // Before the closing quote.
        var written = GC.AllocateUninitializedArray<byte>(rest.Length + Base64.GetMaxEncodedToUtf8Length(record.Raw.Length));
        rest[..at].CopyTo(written);
        Base64.EncodeToUtf8(record.Raw, written.AsSpan(at), out _, out var length);
        rest[at..].CopyTo(written.AsSpan(at + length));
        return BinaryData.FromBytes(written);
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(BinaryData input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var text = input.ToMemory().Span;
        if (typeof(T) != typeof(IngestionRecord) || text.Length <= LargeFrom || Large(text) is not { } place || Decode(text[place]) is not { } raw)
            return inner.Deserialize<T>(input);
        var (at, length) = place.GetOffsetAndLength(text.Length);
        var rest = new byte[text.Length - length];
        text[..at].CopyTo(rest);
        text[(at + length)..].CopyTo(rest.AsSpan(at));
        return inner.Deserialize<T>(BinaryData.FromBytes(rest)) is IngestionRecord record ? (T)(object)(record with { Raw = raw }) : default;
    }

    /// <summary>Where the base64 of a large envelope stands. A quote within a JSON text is escaped, so its name can be nothing else.</summary>
    private static Range? Large(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf(Empty[..^1]);
        if (at < 0)
            return null;
        at += Empty.Length - 1;
        var length = text[at..].IndexOf((byte)'"');
        return length > LargeFrom ? at..(at + length) : null;
    }

    /// <summary>Null: it is written in another way, which the serializer beneath may know.</summary>
    private static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        var padding = base64.EndsWith("=="u8) ? 2 : base64.EndsWith("="u8) ? 1 : 0;
        var raw = GC.AllocateUninitializedArray<byte>((base64.Length / 4 * 3) - padding);
        return Base64.DecodeFromUtf8(base64, raw, out var read, out var written) == OperationStatus.Done && read == base64.Length && written == raw.Length ? raw : null;
    }
}
