namespace MtaSts.Grains;

/// <summary>The place of one upload among the large ones: taken when what it holds grows large, and from then on it has to come in within a bounded time.</summary>
internal sealed class LargePlace(LargeBodies among, string workspaceId, TimeProvider clock) : IDisposable
{
    /// <summary>What is held is damaged, or came too slowly: nothing more is to be read.</summary>
    public const int Damaged = -1;

    /// <inheritdoc cref="Damaged"/>
    public const int TooSlow = -2;

    /// <summary>How long an upload waits for those before it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How long may be read with the place. Two minutes: 10 MiB over a slow line. Bounds: one that sends a byte at a time, for which all others would wait.</summary>
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMinutes(2);

    private IDisposable? place;
    private TimeSpan left;

    /// <summary>Has the place while so much is held, and leaves it when it is little again. False: nobody left in time.</summary>
    public async Task<bool> HoldAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytes <= LargeBodies.From)
        {
            Dispose();
        }
        else if (place is null)
        {
            place = await among.EnterAsync(workspaceId, Patience, cancellationToken);
            left = ReadingTime;
            return place is not null;
        }
        return true;
    }

    /// <summary>Bytes read, 0 at the end; or <see cref="Damaged"/> or <see cref="TooSlow"/>.</summary>
    public async Task<int> ReadAsync(Stream from, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(place is null ? Timeout.InfiniteTimeSpan : left, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var began = clock.GetTimestamp();
        try
        {
            return await from.ReadAsync(buffer, either.Token);
        }
        catch (InvalidDataException)
        {
            return Damaged;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return TooSlow;
        }
        finally
        {
            left -= clock.GetElapsedTime(began);
            left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Dispose()
    {
        place?.Dispose();
        place = null;
    }
}
