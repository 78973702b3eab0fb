using System.Globalization;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

[GrainType("quarantine")]
internal sealed partial class QuarantineGrain(
    [PersistentState(StateNames.Quarantine, StateNames.Storage)] IPersistentState<QuarantineState> stored,
    RetentionOptions retention,
    ServiceClock clock,
    ILogger<QuarantineGrain> logger) : Grain, IQuarantineGrain, IRemindable
{
    private const string UpgradeReminder = "upgrade";
    private const string RetainReminder = "retain";

    /// <summary>Maximum number of replays per tick, one after the other: thousands would slow down the intake.</summary>
    private const int MaxReplays = 400;

    /// <summary>A new decoder version retries unreadable envelopes within this time after start. Not more often: the version changes only with a new version of the service.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    /// <summary>A reminder that is due while the service is down is skipped, so there are several a day.</summary>
    private static readonly TimeSpan RetainEvery = TimeSpan.FromHours(6);

    /// <summary>Concurrently deleted envelopes.</summary>
    private const int DiscardsAtOnce = 16;

    private GroupCommit<QuarantineState> commit = null!;
    private IGrainReminder? reminder;
    private bool retains;
    private bool discarding;
    private bool replaying;
    private bool replayingCopies;

    /// <summary>Items whose replay failed for a reason other than their content: this decoder must retry them.</summary>
    private readonly List<QuarantineItem> untried = [];

    private string Workspace => this.GetPrimaryKeyString()["qt-".Length..];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<QuarantineState>(stored);
        reminder = await this.GetReminder(UpgradeReminder, cancellationToken);
        retains = await this.GetReminder(RetainReminder, cancellationToken) is not null;
        if (!commit.Committed.Items.IsEmpty)
            await Remind(); // Old quarantines have none.
        _ = CarryOutDiscards();
        _ = ReplayCopies();
    }

    public async Task Put(QuarantineItem item)
    {
        var before = commit.Pending.Dropped;
        await commit.Apply(QuarantineRules.Put(commit.Pending, item, clock.GetUtcNow()));
        if (commit.Committed.Dropped > before)
            LogDropped(Workspace, commit.Committed.Dropped);
        _ = CarryOutDiscards();
        await Remind();
        if (reminder is null && QuarantineCodes.IsDecoding(item.Code))
            reminder = await this.RegisterOrUpdateReminder(UpgradeReminder, LookEvery, LookEvery);
    }

    public async Task Counted(IReadOnlyList<string> contents)
    {
        await Change(QuarantineRules.Counted(commit.Pending, [.. contents]));
        _ = ReplayCopies(); // Does not block the grain's turn: the caller is an envelope grain, and replays call envelope grains.
    }

    public Task Remove(string id) => Change(QuarantineRules.Remove(commit.Pending, id));

    public async Task Discard(string id)
    {
        await Change(QuarantineRules.Discard(commit.Pending, id));
        _ = CarryOutDiscards();
    }

    public Task<bool> Has(string id) => Task.FromResult(commit.Committed.Items.Exists(item => item.Id == id));

    public Task<Page<QuarantineItem>> List(string? after, int limit)
    {
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        var newestFirst = commit.Committed.Items.Reverse();
        var start = after is not null && int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        var items = newestFirst.Skip(start).Take(limit).ToArray();
        return Task.FromResult(new Page<QuarantineItem>(items, start + items.Length < newestFirst.Count ? (start + items.Length).ToString(CultureInfo.InvariantCulture) : null));
    }

    public async Task<QuarantineSummary> GetSummary()
    {
        var keptDays = await KeptDays();
        var state = commit.Committed;
        return new QuarantineSummary(state.Items.Count, state.Items.Sum(item => (long)item.Size), state.Dropped, state.LastDropped, keptDays);
    }

    public async Task<bool> Close()
    {
        await commit.Flush();
        if (commit.Committed is not { Items.IsEmpty: true, Discarding.IsEmpty: true })
        {
            _ = CarryOutDiscards();
            return false;
        }
        await this.RemoveReminder(UpgradeReminder);
        await this.RemoveReminder(RetainReminder);
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
        return true;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName == RetainReminder)
            await Change(QuarantineRules.Expire(commit.Pending, clock.GetUtcNow().AddDays(-await KeptDays())));
        _ = CarryOutDiscards();
        _ = ReplayCopies();
        if (reminderName != UpgradeReminder)
            return;
        if (!replaying && untried.Count > 0)
        {
            await Change(untried.Aggregate(commit.Pending, (state, item) => QuarantineRules.Tried(state, item.Id, item.DecoderVersion)));
            untried.Clear();
        }
        if (!replaying && QuarantineRules.NextForDecoder(commit.Committed, ReportDecoder.Version) is not null)
        {
            replaying = true;
            _ = ReplayForDecoder(); // Does not block the grain's turn.
        }
        else if (reminder is not null && !commit.Committed.Items.Exists(item => QuarantineCodes.IsDecoding(item.Code)))
        {
            await this.RemoveReminder(UpgradeReminder);
            reminder = null;
        }
    }

    /// <summary>Unreadable reports have no day: retention starts when they are received.</summary>
    private async Task<int> KeptDays() => retention.Of((await GrainFactory.Workspace(Workspace).Get())?.Plan ?? Plan.Free).RawDays;

    private async Task Remind()
    {
        if (retains)
            return;
        retains = true; // One at a time.
        try
        {
            await this.RegisterOrUpdateReminder(RetainReminder, TimeSpan.FromSeconds(StableHash.Of(this.GetPrimaryKeyString()) % (uint)RetainEvery.TotalSeconds) + LookEvery, RetainEvery);
        }
        catch
        {
            retains = false;
            throw;
        }
    }

    private async Task ReplayForDecoder()
    {
        try
        {
            for (var done = 0; done < MaxReplays && QuarantineRules.NextForDecoder(commit.Committed, ReportDecoder.Version) is { } item; done++)
            {
                await Change(QuarantineRules.Tried(commit.Pending, item.Id, ReportDecoder.Version));
                untried.Add(item);
                await GrainFactory.Ingestion(item.Id).Replay(Workspace);
                untried.Remove(item);
            }
        }
        catch (Exception exception)
        {
            LogNotReplayed(exception, Workspace); // The next tick continues with the rest, including this one.
        }
        finally
        {
            replaying = false;
        }
    }

    /// <summary>Deletes the envelopes of removed items; failures are retried by the next call or activation.</summary>
    private async Task CarryOutDiscards()
    {
        if (discarding)
            return;
        discarding = true;
        try
        {
            while (commit.Committed.Discarding is { IsEmpty: false } discarding)
            {
                string[] ids = [.. discarding.Take(DiscardsAtOnce)];
                await Task.WhenAll(ids.Select(id => GrainFactory.Ingestion(id).Discard(Workspace)));
                await Change(QuarantineRules.Discarded(commit.Pending, ids));
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

    /// <summary>Replays items of which a copy was counted; failures are retried by the next call, tick or activation.</summary>
    private async Task ReplayCopies()
    {
        if (replayingCopies)
            return;
        replayingCopies = true;
        try
        {
            while (commit.Committed.Copies is [var id, ..])
            {
                await GrainFactory.Ingestion(id).Replay(Workspace);
                await Change(QuarantineRules.Replayed(commit.Pending, id));
            }
        }
        catch (Exception exception)
        {
            LogCopiesNotReplayed(exception, Workspace);
        }
        finally
        {
            replayingCopies = false;
        }
    }

    private Task Change(QuarantineState next) => ReferenceEquals(next, commit.Pending) ? commit.Flush() : commit.Apply(next);

    [LoggerMessage(1511, LogLevel.Warning, "Quarantine of {Workspace}: a quota is full, and envelopes of the same report address were deleted, {Dropped} so far")]
    private partial void LogDropped(string workspace, long dropped);

    [LoggerMessage(1512, LogLevel.Warning, "Quarantine of {Workspace}: the replay with the new decoder failed; it continues at the next tick")]
    private partial void LogNotReplayed(Exception exception, string workspace);

    [LoggerMessage(1516, LogLevel.Warning, "Quarantine of {Workspace}: a copy of a counted report was not replayed; it is retried at the next tick")]
    private partial void LogCopiesNotReplayed(Exception exception, string workspace);

    [LoggerMessage(1513, LogLevel.Warning, "Quarantine of {Workspace}: a removed envelope was not deleted; the deletion is retried")]
    private partial void LogNotDiscarded(Exception exception, string workspace);
}
