using System.Threading.RateLimiting;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Limits how many envelopes this silo processes at once, so that its memory is bounded for any input. An envelope needs many times its size while it is
/// decoded and stored. Each source has its own places: a flood at one does not delay the others.
/// </summary>
internal sealed class IntakeGate : IDisposable
{
    /// <summary>Envelopes above this wait for the single place of the process. 1 MiB: the largest real report by mail is below 100 KiB. Bounds floods of the largest mails.</summary>
    public const int LargeFrom = 1024 * 1024;

    /// <summary>Envelopes above this, up to <see cref="LargeFrom"/>, have few places per source. 64 KiB: real reports stay below.</summary>
    public const int MediumFrom = IReportIntakeGrain.MaxBytes;

    /// <summary>Concurrent small envelopes of one source. Bounds the objects of small reports that unpack to hundreds of KiB.</summary>
    public const int SmallPlaces = 32;

    /// <summary>Concurrent medium envelopes of one source.</summary>
    public const int MediumPlaces = 2;

    private readonly PartitionedRateLimiter<(string Source, int Bytes)> places = PartitionedRateLimiter.Create<(string Source, int Bytes), (string Source, int Places)>(static envelope =>
        RateLimitPartition.GetConcurrencyLimiter<(string Source, int Places)>(
            envelope.Bytes switch { > LargeFrom => ("", 1), > MediumFrom => (envelope.Source, MediumPlaces), _ => (envelope.Source, SmallPlaces) },
            static of => new ConcurrencyLimiterOptions { PermitLimit = of.Places, QueueLimit = int.MaxValue }));

    /// <summary>A place for an envelope of this size; null when none became free in time. Dispose it when the work is done.</summary>
    public async Task<IDisposable?> EnterAsync(string source, int bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (places.AttemptAcquire((source, bytes)) is { IsAcquired: true } free)
            return free;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(patience);
        try
        {
            return await places.AcquireAsync((source, bytes), 1, time.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The single place for work that needs as much memory as a large envelope: a small envelope that unpacks to a large one.</summary>
    public async Task<IDisposable> EnterAloneAsync() => await places.AcquireAsync(("", int.MaxValue));

    public void Dispose() => places.Dispose();
}
