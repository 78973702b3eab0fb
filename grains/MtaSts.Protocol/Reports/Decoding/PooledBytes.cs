namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Bytes in a rented array, returned when disposed. Declare it with <c>using</c> and pass on only <see cref="Segment"/>.</summary>
internal struct PooledBytes(ReportBuffers buffers, int capacity) : IDisposable
{
    private byte[]? _array = buffers.Rent(capacity);

    public int Length { get; private set; }

    public readonly byte[] Array => _array!;

    public readonly ArraySegment<byte> Segment => new(_array!, 0, Length);

    public readonly Span<byte> Free => _array.AsSpan(Length);

    public void Advance(int count) => Length += count;

    /// <summary>Drops the bytes after the first <paramref name="length"/> bytes.</summary>
    public void Cut(int length) => Length = length;

    /// <summary>Grows by at least one byte, doubling up to <paramref name="limit"/>; beyond 1 MiB grows directly to the limit.</summary>
    public void Grow(int limit)
    {
        var twice = (long)_array!.Length * 2;
        var most = Math.Max(limit, Length + 1L);
        // The operating system allocates memory on write, so the largest buffer costs no more than its content.
        var size = (int)(twice > ReportBuffers.MaxPooled ? most : Math.Min(Math.Max(twice, Length + 1L), most));
        var larger = buffers.Rent(size);
        _array.AsSpan(0, Length).CopyTo(larger);
        buffers.Return(_array);
        _array = larger;
    }

    public void Dispose()
    {
        if (_array is not null)
            buffers.Return(_array);
        _array = null;
        Length = 0;
    }
}
