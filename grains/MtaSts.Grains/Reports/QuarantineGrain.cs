using System.Globalization;
using Microsoft.Extensions.Logging;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

internal sealed partial class QuarantineGrain(
    [PersistentState(StateNames.Quarantine, StateNames.Storage)] IPersistentState<QuarantineState> stored,
    TimeProvider clock,
    ILogger<QuarantineGrain> logger) : Grain, IQuarantineGrain, IRemindable
{
    private const string UpgradeReminder = "upgrade";

    /// <summary>Replays of one tick: a thousand at once would slow down what comes in.</summary>
    private const int MaxReplays = 100;

    /// <summary>A new version reads what an older could not within this time of its start.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(15);

    private GroupCommit<QuarantineState> commit = null!;
    private IGrainReminder? reminder;
    private bool discarding;
    private bool replaying;

    private string Workspace => this.GetPrimaryKeyString()["qt-".Length..];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<QuarantineState>(stored);
        reminder = await this.GetReminder(UpgradeReminder, cancellationToken);
        _ = CarryOutDiscards();
    }

    public async Task Put(QuarantineItem item)
    {
        var before = commit.Pending.Dropped;
        await commit.Apply(QuarantineBook.Put(commit.Pending, item, clock.GetUtcNow()));
        if (commit.Committed.Dropped > before)
            LogDropped(Workspace, commit.Committed.Dropped);
        _ = CarryOutDiscards();
        if (reminder is null && QuarantineCodes.IsDecoding(item.Code))
            reminder = await this.RegisterOrUpdateReminder(UpgradeReminder, LookEvery, LookEvery);
    }

    public Task Remove(string id) => Change(QuarantineBook.Remove(commit.Pending, id));

    public async Task Discard(string id)
    {
        await Change(QuarantineBook.Discard(commit.Pending, id));
        _ = CarryOutDiscards();
    }

    public Task<Page<QuarantineItem>> List(string? after, int limit)
    {
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        var newestFirst = commit.Committed.Items.Reverse();
        var start = after is not null && int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        var items = newestFirst.Skip(start).Take(limit).ToArray();
        return Task.FromResult(new Page<QuarantineItem>(items, start + items.Length < newestFirst.Count ? (start + items.Length).ToString(CultureInfo.InvariantCulture) : null));
    }

    public Task<QuarantineSummary> GetSummary()
    {
        var state = commit.Committed;
        return Task.FromResult(new QuarantineSummary(state.Items.Count, state.Items.Sum(item => (long)item.Size), state.Dropped, state.LastDropped));
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _ = CarryOutDiscards();
        if (!replaying && QuarantineBook.NextForDecoder(commit.Committed, ReportDecoder.Version) is not null)
        {
            replaying = true;
            _ = ReplayForDecoder(); // The grain's turn is not held.
        }
        else if (reminder is not null && !commit.Committed.Items.Exists(item => QuarantineCodes.IsDecoding(item.Code)))
        {
            await this.UnregisterReminder(reminder);
            reminder = null;
        }
    }

    private async Task ReplayForDecoder()
    {
        try
        {
            for (var done = 0; done < MaxReplays && QuarantineBook.NextForDecoder(commit.Committed, ReportDecoder.Version) is { } item; done++)
            {
                await Change(QuarantineBook.Tried(commit.Pending, item.Id, ReportDecoder.Version));
                await GrainFactory.Ingestion(item.Id).Replay(Workspace);
            }
        }
        catch (Exception exception)
        {
            LogNotReplayed(exception, Workspace); // The next tick goes on with the rest.
        }
        finally
        {
            replaying = false;
        }
    }

    /// <summary>Deletes the envelopes of what was taken out of the list; what fails is tried again by the next call or activation.</summary>
    private async Task CarryOutDiscards()
    {
        if (discarding)
            return;
        discarding = true;
        try
        {
            while (commit.Committed.Discarding is [var id, ..])
            {
                await GrainFactory.Ingestion(id).Discard(Workspace);
                await Change(QuarantineBook.Discarded(commit.Pending, id));
            }
        }
        catch (Exception exception)
        {
            LogNotDiscarded(exception, Workspace);
        }
        finally
        {
            discarding = false;
        }
    }

    private Task Change(QuarantineState next) => ReferenceEquals(next, commit.Pending) ? commit.Settle() : commit.Apply(next);

    [LoggerMessage(1511, LogLevel.Warning, "The quarantine of {Workspace} is full: its oldest envelopes go, {Dropped} so far")]
    private partial void LogDropped(string workspace, long dropped);

    [LoggerMessage(1512, LogLevel.Warning, "Replaying the quarantine of {Workspace} for the new decoder broke off; it goes on with the next tick")]
    private partial void LogNotReplayed(Exception exception, string workspace);

    [LoggerMessage(1513, LogLevel.Warning, "An envelope that was taken out of the quarantine of {Workspace} is not deleted yet; it is tried again")]
    private partial void LogNotDiscarded(Exception exception, string workspace);
}
