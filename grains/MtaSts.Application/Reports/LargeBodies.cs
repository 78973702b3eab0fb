using System.Threading.RateLimiting;

namespace MtaSts.Application.Reports;

/// <summary>
/// Limits the large bodies of one kind held at once in this process, and to one per owner, to bound memory. Each kind has its own limit, so
/// that members' uploads do not delay senders' reports.
/// </summary>
/// <param name="atOnce">Maximum number at once.</param>
public sealed class LargeBodies(int atOnce) : IDisposable
{
    /// <summary>A larger body counts as large. 1 MiB: real reports stay below 100 KiB.</summary>
    public const int From = 1024 * 1024;

    private readonly PartitionedRateLimiter<string> places = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(static whose => whose.Length == 0 ? RateLimitPartition.GetNoLimiter("") : RateLimitPartition.GetConcurrencyLimiter(whose, static _ => Most(1))),
        PartitionedRateLimiter.Create<string, int>(_ => RateLimitPartition.GetConcurrencyLimiter(atOnce, Most)));

    /// <summary>Reports that senders POST.</summary>
    public static LargeBodies Posted { get; } = new(1);

    /// <summary>Single reports of uploads.</summary>
    public static LargeBodies Uploaded { get; } = new(1);

    /// <summary>Archives of many reports, packed, while their members are processed one by one.</summary>
    public static LargeBodies Archives { get; } = new(4);

    /// <summary>Waits for a place; null when none becomes free in time. Dispose it when the body is released.</summary>
    /// <param name="whose">Not null: the workspace, which may hold only one place.</param>
    public async Task<IDisposable?> EnterAsync(string? whose, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (places.AttemptAcquire(whose ?? "") is { IsAcquired: true } free)
            return free;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(patience);
        try
        {
            return await places.AcquireAsync(whose ?? "", 1, time.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => places.Dispose();

    private static ConcurrencyLimiterOptions Most(int permits) => new() { PermitLimit = permits, QueueLimit = int.MaxValue };
}
