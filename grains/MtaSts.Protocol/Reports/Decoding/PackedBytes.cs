namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Compressed data that records how far it was read. The framework reads ahead of what it unpacks, and does not report the end.</summary>
internal sealed class PackedBytes(ArraySegment<byte> packed) : MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false)
{
    /// <summary>Start of the last read: the compressed data ends after it.</summary>
    public int LastRead { get; private set; }

    /// <summary>More bytes were requested than available.</summary>
    public bool RanOut { get; private set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var at = (int)Position;
        var read = base.Read(buffer, offset, count);
        if (read > 0)
            LastRead = at;
        RanOut |= read == 0;
        return read;
    }
}
