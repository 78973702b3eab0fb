namespace MtaSts.Application.Reports;

/// <summary>The place of one upload among the large ones: taken when the upload becomes large; from then on reading has a time limit.</summary>
internal sealed class LargePlace(LargeBodies among, string workspaceId, TimeProvider clock) : IDisposable
{
    /// <summary>The upload is damaged or too slow: reading must stop.</summary>
    public const int Damaged = -1;

    /// <inheritdoc cref="Damaged"/>
    public const int TooSlow = -2;

    /// <summary>How long an upload waits for a place.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Maximum reading time while holding the place. Two minutes: 10 MiB over a slow line. Prevents an upload that sends single bytes from blocking all others.</summary>
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMinutes(2);

    private IDisposable? place;
    private TimeSpan left;

    /// <summary>Holds the place while the upload is large, and releases it when it is small. False: no place became free in time.</summary>
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
