namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Bytes in a rented array, given back when disposed. Hold it with <c>using</c> and hand on only <see cref="Segment"/>.</summary>
internal struct PooledBytes(int capacity) : IDisposable
{
    private byte[]? _array = LargeBuffer.Rent(capacity);

    public int Length { get; private set; }

    public readonly byte[] Array => _array!;

    public readonly ArraySegment<byte> Segment => new(_array!, 0, Length);

    public readonly Span<byte> Free => _array.AsSpan(Length);

    public void Advance(int count) => Length += count;

    /// <summary>Makes room for at least one more byte, doubling up to <paramref name="limit"/>; past 1 MiB at once up to it.</summary>
    public void Grow(int limit)
    {
        var twice = (long)_array!.Length * 2;
        var most = Math.Max(limit, Length + 1L);
        // Memory that is not written to is not used, so the largest buffer costs no more than what is put into it.
        var size = (int)(twice > LargeBuffer.From ? most : Math.Min(Math.Max(twice, Length + 1L), most));
        var larger = LargeBuffer.Rent(size);
        _array.AsSpan(0, Length).CopyTo(larger);
        LargeBuffer.Return(_array);
        _array = larger;
    }

    public void Dispose()
    {
        if (_array is not null)
            LargeBuffer.Return(_array);
        _array = null;
        Length = 0;
    }
}
