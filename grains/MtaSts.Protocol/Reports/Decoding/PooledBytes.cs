using System.Buffers;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Bytes in a rented array, given back when disposed. Hold it with <c>using</c> and hand on only <see cref="Segment"/>.</summary>
internal struct PooledBytes(int capacity) : IDisposable
{
    private byte[]? _array = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public readonly byte[] Array => _array!;

    public readonly ArraySegment<byte> Segment => new(_array!, 0, Length);

    public readonly Span<byte> Free => _array.AsSpan(Length);

    public void Advance(int count) => Length += count;

    /// <summary>Makes room for at least one more byte, doubling up to <paramref name="limit"/>.</summary>
    public void Grow(int limit)
    {
        var size = (int)Math.Min(Math.Max((long)_array!.Length * 2, Length + 1L), Math.Max(limit, Length + 1L));
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }

    public void Dispose()
    {
        if (_array is not null)
            ArrayPool<byte>.Shared.Return(_array);
        _array = null;
        Length = 0;
    }
}
