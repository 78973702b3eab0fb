using System.Globalization;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

internal sealed partial class QuarantineGrain(
    [PersistentState(StateNames.Quarantine, StateNames.Storage)] IPersistentState<QuarantineState> stored,
    RetentionOptions retention,
    ServiceClock clock,
    ILogger<QuarantineGrain> logger) : Grain, IQuarantineGrain, IRemindable
{
    private const string UpgradeReminder = "upgrade";
    private const string RetainReminder = "retain";

    /// <summary>Replays of one tick: a thousand at once would slow down what comes in.</summary>
    private const int MaxReplays = 100;

    /// <summary>A new version reads what an older could not within this time of its start.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(15);

    /// <summary>A reminder that is due while the service is down is skipped, so there are several a day.</summary>
    private static readonly TimeSpan RetainEvery = TimeSpan.FromHours(6);

    /// <summary>Envelopes deleted at once.</summary>
    private const int DiscardsAtOnce = 16;

    private GroupCommit<QuarantineState> commit = null!;
    private IGrainReminder? reminder;
    private bool retains;
    private bool discarding;
    private bool replaying;
    private bool replayingCopies;

    /// <summary>Whose replay failed for another reason than what stands in them: this decoder is to have its try.</summary>
    private readonly List<QuarantineItem> untried = [];

    private string Workspace => this.GetPrimaryKeyString()["qt-".Length..];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<QuarantineState>(stored);
        reminder = await this.GetReminder(UpgradeReminder, cancellationToken);
        retains = await this.GetReminder(RetainReminder, cancellationToken) is not null;
        if (!commit.Committed.Items.IsEmpty)
            await Remind(); // Those of earlier builds have none.
        _ = CarryOutDiscards();
        _ = ReplayCopies();
    }

    public async Task Put(QuarantineItem item)
    {
        var before = commit.Pending.Dropped;
        await commit.Apply(QuarantineBook.Put(commit.Pending, item, clock.GetUtcNow()));
        if (commit.Committed.Dropped > before)
            LogDropped(Workspace, commit.Committed.Dropped);
        _ = CarryOutDiscards();
        await Remind();
        if (reminder is null && QuarantineCodes.IsDecoding(item.Code))
            reminder = await this.RegisterOrUpdateReminder(UpgradeReminder, LookEvery, LookEvery);
    }

    public async Task Counted(IReadOnlyList<string> contents)
    {
        await Change(QuarantineBook.Counted(commit.Pending, [.. contents]));
        _ = ReplayCopies(); // The grain's turn is not held: the caller is an envelope, and so is what is replayed.
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

    public async Task<QuarantineSummary> GetSummary()
    {
        var keptDays = await KeptDays();
        var state = commit.Committed;
        return new QuarantineSummary(state.Items.Count, state.Items.Sum(item => (long)item.Size), state.Dropped, state.LastDropped, keptDays);
    }

    public async Task<bool> Close()
    {
        await commit.Settle();
        if (commit.Committed is not { Items.IsEmpty: true, Discarding.IsEmpty: true })
        {
            _ = CarryOutDiscards();
            return false;
        }
        foreach (var name in new[] { UpgradeReminder, RetainReminder })
        {
            if (await this.GetReminder(name) is { } left)
                await this.UnregisterReminder(left);
        }
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
        return true;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName == RetainReminder)
            await Change(QuarantineBook.Expire(commit.Pending, clock.GetUtcNow().AddDays(-await KeptDays())));
        _ = CarryOutDiscards();
        _ = ReplayCopies();
        if (reminderName != UpgradeReminder)
            return;
        if (!replaying && untried.Count > 0)
        {
            await Change(untried.Aggregate(commit.Pending, (state, item) => QuarantineBook.Tried(state, item.Id, item.DecoderVersion)));
            untried.Clear();
        }
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

    /// <summary>What cannot be read tells of no day: its time counts from when it came in.</summary>
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
            for (var done = 0; done < MaxReplays && QuarantineBook.NextForDecoder(commit.Committed, ReportDecoder.Version) is { } item; done++)
            {
                await Change(QuarantineBook.Tried(commit.Pending, item.Id, ReportDecoder.Version));
                untried.Add(item);
                await GrainFactory.Ingestion(item.Id).Replay(Workspace);
                untried.Remove(item);
            }
        }
        catch (Exception exception)
        {
            LogNotReplayed(exception, Workspace); // The next tick goes on with the rest, and with this one.
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
            while (commit.Committed.Discarding is { IsEmpty: false } discarding)
            {
                string[] ids = [.. discarding.Take(DiscardsAtOnce)];
                await Task.WhenAll(ids.Select(id => GrainFactory.Ingestion(id).Discard(Workspace)));
                await Change(QuarantineBook.Discarded(commit.Pending, ids));
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

    /// <summary>Replays that of which a copy was counted; what fails is tried again by the next call, tick or activation.</summary>
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
                await Change(QuarantineBook.Replayed(commit.Pending, id));
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

    private Task Change(QuarantineState next) => ReferenceEquals(next, commit.Pending) ? commit.Settle() : commit.Apply(next);

    [LoggerMessage(1511, LogLevel.Warning, "A quota of the quarantine of {Workspace} is full: envelopes of the same report address were deleted, {Dropped} so far")]
    private partial void LogDropped(string workspace, long dropped);

    [LoggerMessage(1512, LogLevel.Warning, "Replaying the quarantine of {Workspace} for the new decoder broke off; it goes on with the next tick")]
    private partial void LogNotReplayed(Exception exception, string workspace);

    [LoggerMessage(1516, LogLevel.Warning, "A copy of a counted report stays in the quarantine of {Workspace} for now; it is replayed with the next tick")]
    private partial void LogCopiesNotReplayed(Exception exception, string workspace);

    [LoggerMessage(1513, LogLevel.Warning, "An envelope that was taken out of the quarantine of {Workspace} is not deleted yet; it is tried again")]
    private partial void LogNotDiscarded(Exception exception, string workspace);
}
