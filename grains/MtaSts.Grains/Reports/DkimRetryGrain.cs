using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

internal sealed record DkimRetryState
{
    [JsonPropertyName("waiting")] public ImmutableDictionary<string, DkimRetry> Waiting { get; init; } = ImmutableDictionary<string, DkimRetry>.Empty;
}

/// <summary>An envelope whose signatures are to be looked at again.</summary>
internal sealed record DkimRetry([property: JsonPropertyName("tries")] int Tries, [property: JsonPropertyName("due")] DateTimeOffset Due);

internal sealed partial class DkimRetryGrain(
    [PersistentState(StateNames.DkimRetry, StateNames.Storage)] IPersistentState<DkimRetryState> stored,
    ServiceClock clock,
    ILogger<DkimRetryGrain> logger) : Grain, IDkimRetryGrain, IRemindable
{
    private const string RetryReminder = "retry";

    /// <summary>Envelopes remembered: an outage that lasts leaves the rest with the verdict that nobody could look.</summary>
    private const int MaxWaiting = 10_000;

    /// <summary>Looks at once.</summary>
    private const int AtOnce = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(5);

    /// <summary>After the last of these it is given up: signers change their keys, so a later look would tell nothing of the mail.</summary>
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(16), TimeSpan.FromHours(48)];

    private GroupCommit<DkimRetryState> commit = null!;
    private IGrainReminder? reminder;
    private bool looking;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<DkimRetryState>(stored);
        reminder = await this.GetReminder(RetryReminder, cancellationToken);
    }

    public async Task Add(string envelopeId)
    {
        if (commit.Pending.Waiting.Count >= MaxWaiting)
        {
            LogFull(envelopeId);
            return;
        }
        reminder ??= await this.RegisterOrUpdateReminder(RetryReminder, LookEvery, LookEvery);
        await (commit.Pending.Waiting.ContainsKey(envelopeId)
            ? commit.Settle()
            : Store(waiting => waiting.Add(envelopeId, new DkimRetry(0, clock.GetUtcNow() + Pauses[0]))));
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (looking)
            return;
        if (commit.Committed.Waiting.IsEmpty && reminder is not null)
        {
            await this.UnregisterReminder(reminder);
            reminder = null;
            return;
        }
        looking = true;
        _ = Look(); // The grain's turn is not held.
    }

    private async Task Look()
    {
        try
        {
            var now = clock.GetUtcNow();
            foreach (var batch in commit.Committed.Waiting.Where(pair => pair.Value.Due <= now).OrderBy(pair => pair.Value.Due).Chunk(AtOnce))
            {
                var settled = await Task.WhenAll(batch.Select(pair => Look(pair.Key)));
                await Store(waiting => batch.Zip(settled).Aggregate(waiting, (left, pair) => Next(left, pair.First.Key, pair.Second, now)));
            }
        }
        catch (Exception exception)
        {
            LogBrokenOff(exception);
        }
        finally
        {
            looking = false;
        }
    }

    private async Task<bool> Look(string envelopeId)
    {
        try
        {
            return await GrainFactory.Ingestion(envelopeId).CheckDkimAgain();
        }
        catch (Exception exception)
        {
            LogBrokenOff(exception);
            return false;
        }
    }

    private static ImmutableDictionary<string, DkimRetry> Next(ImmutableDictionary<string, DkimRetry> waiting, string id, bool settled, DateTimeOffset now)
    {
        if (!waiting.TryGetValue(id, out var retry))
            return waiting;
        var tries = retry.Tries + 1;
        return settled || tries == Pauses.Length ? waiting.Remove(id) : waiting.SetItem(id, new DkimRetry(tries, now + Pauses[tries]));
    }

    private Task Store(Func<ImmutableDictionary<string, DkimRetry>, ImmutableDictionary<string, DkimRetry>> change) =>
        commit.Apply(new DkimRetryState { Waiting = change(commit.Pending.Waiting) });

    [LoggerMessage(1514, LogLevel.Warning, "Too many envelopes wait for the DNS: the signatures of {EnvelopeId} stay unchecked")]
    private partial void LogFull(string envelopeId);

    [LoggerMessage(1515, LogLevel.Warning, "Looking again at signatures broke off; it goes on with the next tick")]
    private partial void LogBrokenOff(Exception exception);
}
