using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MtaSts.Grains.Reports;

/// <summary>
/// This silo's envelopes that are stored and not completed: bounds those whose bytes are in memory, and completes the failed ones with retries. Belongs to the silo and not to a
/// grain: an activation may end at any time, an idle stateless worker within a second, and what it remembers ends with it. After a crash, the lanes list the open envelopes of
/// the store.
/// </summary>
internal sealed partial class OpenEnvelopes(IGrainFactory grains, TimeProvider clock, ILogger<OpenEnvelopes> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>Pause between retries, for example while a crashed silo is not yet detected.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Concurrently retried envelopes.</summary>
    private const int RetriesAtOnce = 16;

    /// <summary>Maximum number of envelopes that <see cref="ReportIntakeGrain"/> has stored and not completed; further ones wait. Their bytes are in memory, at most <see cref="IReportIntakeGrain.MaxBytes"/> each.</summary>
    private const int MaxInMemory = 256;

    private readonly ConcurrentDictionary<string, bool> failed = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim retries = new(RetriesAtOnce, RetriesAtOnce);
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Number of envelopes to retry.</summary>
    internal int Failed => failed.Count;

    /// <summary>Places of envelopes in memory.</summary>
    public SemaphoreSlim Places { get; } = new(MaxInMemory, MaxInMemory);

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(OpenEnvelopes), ServiceLifecycleStage.Last, _ => Task.CompletedTask, _ => stopping.CancelAsync());

    public void Dispose()
    {
        stopping.Dispose();
        retries.Dispose();
        Places.Dispose();
    }

    /// <summary>Completes an envelope after <see cref="RetryAfter"/>.</summary>
    public void CompleteLater(string id) => _ = Complete(id, RetryAfter);

    /// <summary>Completes envelopes now; returns when each was tried once. Failed ones are retried in the background. One that another grain is processing is completed by both, but counted once.</summary>
    public async Task Complete(IEnumerable<string> ids)
    {
        var first = new List<Task>();
        foreach (var id in ids)
        {
            var tried = new TaskCompletionSource();
            first.Add(tried.Task);
            _ = Complete(id, TimeSpan.Zero, tried);
        }
        await Task.WhenAll(first);
    }

    private async Task Complete(string id, TimeSpan pause, TaskCompletionSource? tried = null)
    {
        if (!failed.TryAdd(id, true))
        {
            tried?.SetResult();
            return; // It is being retried.
        }
        try
        {
            await Task.Delay(pause, clock, stopping.Token);
            while (!await TryComplete(id))
            {
                tried?.TrySetResult();
                await Task.Delay(RetryAfter, clock, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The silo stops; the envelope's lane completes it.
        }
        finally
        {
            failed.TryRemove(id, out _);
            tried?.TrySetResult();
        }
    }

    private async Task<bool> TryComplete(string id)
    {
        await retries.WaitAsync(stopping.Token);
        try
        {
            await grains.Ingestion(id).Complete();
            return true;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            LogNotCompleted(exception, id, RetryAfter);
            return false;
        }
        catch (Exception) // The silo that stops refuses calls.
        {
            throw new OperationCanceledException(stopping.Token);
        }
        finally
        {
            retries.Release();
        }
    }

    [LoggerMessage(1501, LogLevel.Warning, "Envelope {EnvelopeId} not processed; it is retried in {Pause}")]
    private partial void LogNotCompleted(Exception exception, string envelopeId, TimeSpan pause);
}
