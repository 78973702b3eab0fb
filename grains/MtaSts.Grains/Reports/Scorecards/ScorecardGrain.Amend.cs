using Microsoft.Extensions.Logging;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Changes to counted reports. One write changes their lines and marks the sums as outdated; the sums are recounted
/// afterwards, once for all changes made meanwhile. After a crash the mark remains, and the day is recounted at its next activation.
/// </summary>
internal sealed partial class ScorecardGrain
{
    /// <summary>Concurrently read envelopes.</summary>
    private const int EnvelopesAtOnce = 8;

    /// <summary>A recount is followed by a pause of this many times its length, so that signed copies sent one by one cause one recount for many of them.</summary>
    private const int PauseForWork = 10;

    /// <summary>Concurrent signed copies, or storage failures, cause at most one recount in this time.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>How long a call that excludes reports waits for the counts: less than the call timeout.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private Task amending = Task.CompletedTask;
    private TimeSpan pause = ShortestPause;
    private IGrainTimer? recount;
    private Dictionary<(string Identity, string ContentHash), ScorecardContribution>? copies;
    private Task raising = Task.CompletedTask;

    public Task SetDkim(string envelopeId, DkimVerdict dkim, string? signedBy) => InTurn(() => Change(LineChanges.Verdict(envelopeId, dkim, signedBy)));

    public async Task<ExclusionOutcome> Exclude(ReportFilter filter, ReportExclusion? exclusion)
    {
        if (!stored.RecordExists)
            return new ExclusionOutcome(0, 0);
        var outcome = await InTurn(() => Mark(filter, exclusion));
        if (!commit.Pending.Recount)
            return outcome;
        try
        {
            await CountAnew().WaitAsync(LongestWait, clock);
            return outcome;
        }
        catch (TimeoutException)
        {
            return outcome with { IsRecounting = true };
        }
    }

    /// <summary>
    /// The signature of a copy verifies the counted report. Copies that arrive during a change are processed together. After a crash the copy is
    /// applied again, and so is this.
    /// </summary>
    private Task Raise(ScorecardContribution copy)
    {
        if (copies is { } waiting)
        {
            waiting[(copy.Identity, copy.ContentHash)] = copy;
            return raising;
        }
        var taken = copies = new() { [(copy.Identity, copy.ContentHash)] = copy };
        return raising = InTurn(async () =>
        {
            copies = null;
            return await Change(LineChanges.Signatures(taken));
        });
    }

    /// <summary>Runs changes one after another, while no reports are moving to a page.</summary>
    private async Task<T> InTurn<T>(Func<Task<T>> work)
    {
        var earlier = amending;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        amending = mine.Task;
        try
        {
            await earlier;
            await sealing;
            await ReadPages();
            return await work();
        }
        finally
        {
            mine.SetResult();
            if (commit.Pending.Recount)
                RecountLater(); // Also after an incomplete change.
        }
    }

    private async Task<ExclusionOutcome> Mark(ReportFilter filter, ReportExclusion? exclusion)
    {
        var pages = await Pages();
        CountedReport[] lines = [.. pages.SelectMany(page => page.Reports), .. commit.Pending.Tail];
        var outOfReach = lines.Count(line => line.Entry is null);
        if (!CanRecount(lines))
            return new ExclusionOutcome(0, outOfReach);
        if (exclusion is not null)
            return new ExclusionOutcome(await Change(LineChanges.Exclusion(filter, exclusion)), outOfReach);
        var (change, replaced) = LineChanges.Return(filter, lines);
        return new ExclusionOutcome(await Change(change), outOfReach) { Replaced = replaced };
    }

    /// <returns>Number of changed reports.</returns>
    private async Task<int> Change(Func<CountedReport, CountedReport> change)
    {
        var pages = await Pages();
        var changed = pages.Select(page => page with { Reports = [.. page.Reports.Select(change)] }).ToArray();
        var count = pages.Zip(changed).Sum(pair => Differing(pair.First.Reports, pair.Second.Reports));
        // While details are being deleted, the contributions of the reports are unknown: the lines are changed, and the sums keep their rows.
        var isBehind = commit.Pending.Recount || CanRecount([.. pages.SelectMany(page => page.Reports), .. commit.Pending.Tail]);
        if (count > 0 && !isGone)
            await commit.Apply(commit.Pending with { Recount = isBehind });
        for (var number = 0; number < pages.Count && !isGone; number++)
        {
            if (Differing(pages[number].Reports, changed[number].Reports) == 0)
                continue;
            await Page(number).Put(changed[number]);
            foreach (var report in changed[number].Reports)
                Remember(report);
        }
        var tail = commit.Pending.Tail.Select(change).ToArray();
        var inTail = Differing(commit.Pending.Tail, tail);
        if (inTail > 0 && !isGone)
            await commit.Apply(commit.Pending with { Tail = [.. tail], Recount = isBehind });
        return count + inTail;
    }

    private static int Differing(IReadOnlyList<CountedReport> before, IReadOnlyList<CountedReport> after) => before.Zip(after).Count(pair => pair.First != pair.Second);

    /// <summary>True when the contribution of each report is known or included in the base.</summary>
    private bool CanRecount(IReadOnlyCollection<CountedReport> lines) => lines.Count(line => line.Entry is null) == commit.Pending.BaseLines;

    /// <summary>Recounts the sums of the day from the current reports.</summary>
    private async Task CountAnew()
    {
        var began = clock.GetTimestamp();
        var contributions = new Dictionary<(string Envelope, string Identity), ScorecardContribution?>();
        await Gather(await Pages(), contributions); // Most of the work, during which others may change lines.
        await InTurn(async () =>
        {
            if (!commit.Pending.Recount || isGone)
                return false;
            var pages = await Pages();
            await Gather(pages, contributions);
            CountedReport[] lines = [.. pages.SelectMany(page => page.Reports), .. commit.Pending.Tail];
            var unreadable = lines.Count(line => line.Entry is { Excluded: null } entry && contributions[(entry.Id, line.Identity)] is null);
            if (unreadable > 0)
                LogUnreadable(this.GetPrimaryKeyString(), unreadable);
            var sums = ScorecardRules.Recount(commit.Pending.Base ?? new DayState(), lines, line => contributions[(line.Entry!.Id, line.Identity)]);
            await commit.Apply(commit.Pending with { Sums = sums, Recount = false });
            TellWatch();
            return true;
        });
        var work = clock.GetElapsedTime(began) * PauseForWork;
        pause = work < ShortestPause ? ShortestPause : work > LongestPause ? LongestPause : work;
    }

    /// <summary>Reads the contributions of the reports, including those added meanwhile; null when they can no longer be read.</summary>
    private async Task Gather(IReadOnlyList<CountedPage> pages, Dictionary<(string Envelope, string Identity), ScorecardContribution?> contributions)
    {
        while (true)
        {
            var missing = pages.SelectMany(page => page.Reports).Concat(commit.Pending.Tail)
                .Where(report => report.Entry is { Excluded: null } entry && !contributions.ContainsKey((entry.Id, report.Identity))).ToArray();
            if (missing.Length == 0)
                return;
            foreach (var envelopes in missing.Select(report => report.Entry!.Id).Distinct(StringComparer.Ordinal).Chunk(EnvelopesAtOnce))
            {
                foreach (var read in await Task.WhenAll(envelopes.Select(id => GrainFactory.Ingestion(id).GetContributions(key.WorkspaceId, key.Domain))))
                {
                    foreach (var contribution in read)
                        contributions[(contribution.EnvelopeId, contribution.Identity)] = contribution;
                }
            }
            foreach (var report in missing)
                contributions.TryAdd((report.Entry!.Id, report.Identity), null);
        }
    }

    private void RecountLater()
    {
        if (recount is null && !isGone)
            recount = this.RegisterGrainTimer(Recount, new GrainTimerCreationOptions(pause, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });
    }

    private async Task Recount(CancellationToken cancellationToken)
    {
        try
        {
            if (commit.Pending.Recount)
                await CountAnew();
        }
        catch (Exception exception)
        {
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            LogNotRecounted(exception, this.GetPrimaryKeyString(), pause);
        }
        recount?.Dispose();
        recount = null;
        if (commit.Pending.Recount)
            RecountLater();
    }

    [LoggerMessage(1523, LogLevel.Warning, "{Scorecard}: the day was not recounted after its reports changed; its sums are out of date, and the recount is retried in {Pause}")]
    private partial void LogNotRecounted(Exception exception, string scorecard, TimeSpan pause);

    [LoggerMessage(1524, LogLevel.Warning, "{Scorecard}: {Reports} reports could not be read again; their sessions are counted without failure details")]
    private partial void LogUnreadable(string scorecard, int reports);
}
