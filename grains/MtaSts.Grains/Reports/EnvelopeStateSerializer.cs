using System.Buffers.Text;
using Orleans.Storage;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Writes states as the serializer beneath does, byte for byte what a JSON reader takes for the same; only a large envelope's bytes go straight to their place. The
/// framework's writer would need several times their size, in pooled buffers that stay.
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
    public T? Deserialize<T>(BinaryData input) => inner.Deserialize<T>(input);
}
