using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace MtaSts.Grains.Reports;

internal sealed record IngestionLaneState
{
    [JsonPropertyName("open")] public ImmutableHashSet<string> Open { get; init; } = [];
}

internal sealed partial class IngestionLaneGrain(
    [PersistentState(StateNames.IngestionLane, StateNames.Storage)] IPersistentState<IngestionLaneState> stored,
    ILogger<IngestionLaneGrain> logger) : Grain, IIngestionLaneGrain, IRemindable
{
    private const string WakeReminder = "wake";

    /// <summary>Envelopes carried on at once after a crash.</summary>
    private const int AtOnce = 16;

    /// <summary>After a pass that did not reach every envelope, for example because a silo had just died.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan WakeEvery = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> leftBehind = [];
    private GroupCommit<IngestionLaneState> commit = null!;
    private ImmutableHashSet<string> openAtLastTick = [];
    private IGrainTimer? retry;
    private bool carrying;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<IngestionLaneState>(stored);
        // Ids added from now on are in the hands of their ingestion grains; these are not in anybody's.
        leftBehind.UnionWith(stored.State.Open);
        // Whoever called first: the call at the silo's start is lost when storage does not answer just then.
        if (leftBehind.Count > 0)
            retry = this.RegisterGrainTimer(Retry, new GrainTimerCreationOptions(Soon, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        if (await this.GetReminder(WakeReminder, cancellationToken) is null)
            await this.RegisterOrUpdateReminder(WakeReminder, WakeEvery, WakeEvery, cancellationToken);
    }

    public Task Add(string envelopeId) =>
        commit.Pending.Open.Contains(envelopeId) ? commit.Settle() : commit.Apply(new IngestionLaneState { Open = commit.Pending.Open.Add(envelopeId) });

    public Task Remove(string envelopeId)
    {
        leftBehind.Remove(envelopeId);
        return commit.Pending.Open.Contains(envelopeId) ? commit.Apply(new IngestionLaneState { Open = commit.Pending.Open.Remove(envelopeId) }) : commit.Settle();
    }

    public Task Wake()
    {
        if (!carrying && leftBehind.Count > 0)
        {
            // The grain's turn is not held: envelopes that arrive meanwhile are added side by side.
            carrying = true;
            _ = CarryOn();
        }
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        // Open for a whole period: whoever had it in hand has lost it, with its silo for example.
        leftBehind.UnionWith(commit.Committed.Open.Intersect(openAtLastTick));
        openAtLastTick = commit.Committed.Open;
        return Wake();
    }

    private async Task CarryOn()
    {
        try
        {
            foreach (var batch in leftBehind.ToArray().Chunk(AtOnce))
                await Task.WhenAll(batch.Select(CarryOn));
        }
        finally
        {
            carrying = false;
            if (leftBehind.Count > 0)
                retry = this.RegisterGrainTimer(Retry, new GrainTimerCreationOptions(RetryAfter, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        }
    }

    private Task Retry(CancellationToken cancellationToken)
    {
        retry?.Dispose();
        return Wake();
    }

    private async Task CarryOn(string envelopeId)
    {
        try
        {
            // Null: it was noted here, but the crash came before it was stored, so nobody was told it was.
            if (await GrainFactory.Ingestion(envelopeId).Complete() is null)
                await Remove(envelopeId);
        }
        catch (Exception exception)
        {
            LogNotCarriedOn(exception, envelopeId); // It stays among those left behind, and is tried again.
        }
    }

    [LoggerMessage(1501, LogLevel.Warning, "Envelope {EnvelopeId} could not be carried on; it is tried again")]
    private partial void LogNotCarriedOn(Exception exception, string envelopeId);
}
