using Microsoft.Extensions.Logging;

namespace MtaSts.Grains.Reports;

/// <summary>Changes to reports that are counted already: their lines are changed, and the day is counted anew from what is kept of its reports.</summary>
internal sealed partial class ScorecardGrain
{
    /// <summary>Envelopes read at once.</summary>
    private const int EnvelopesAtOnce = 8;

    /// <summary>One after another. Reports that come meanwhile are counted as ever.</summary>
    /// <param name="change">Null for a line that stays as it is.</param>
    /// <param name="mustRecount">Where the day cannot be counted anew nothing changes; else the lines do, as with a verdict, which adds no session.</param>
    private async Task<ExclusionOutcome> Amend(Func<ReportEntry, ReportEntry?> change, bool mustRecount = false)
    {
        var earlier = amending;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        amending = mine.Task;
        try
        {
            await earlier;
            await sealing; // What is on its way to a page is found there.
            await ReadPages();
            return isGone ? ExclusionOutcome.None : await AmendAlone(change, mustRecount);
        }
        finally
        {
            mine.SetResult();
        }
    }

    private async Task<ExclusionOutcome> AmendAlone(Func<ReportEntry, ReportEntry?> change, bool mustRecount)
    {
        var pages = await Pages();
        var changed = pages.SelectMany(page => page.Reports).Concat(commit.Pending.Tail).Count(report => report.Apply(change) != report);
        if (changed == 0 && !commit.Pending.Recount)
            return ExclusionOutcome.None;
        var bare = pages.SelectMany(page => page.Reports).Concat(commit.Pending.Tail).Count(report => report.Entry is null) + (before?.Day.Reports ?? 0);
        if (bare > 0)
            return mustRecount ? new ExclusionOutcome(0, bare, 0) : await ChangeLines(pages, change);

        var contributions = new Dictionary<(string Envelope, string Identity), ScorecardContribution>();
        var amended = pages.Select(page => page with { Reports = [.. page.Reports.Select(report => report.Apply(change))] }).ToArray();
        if (await Gather(amended, change, contributions) is > 0 and var unreadable)
            return mustRecount ? new ExclusionOutcome(0, 0, unreadable) : await ChangeLines(pages, change);
        if (pages.Zip(amended).Any(pair => !pair.First.Reports.SequenceEqual(pair.Second.Reports)))
        {
            // From here on the sums and the pages may differ: should this end halfway, the day is counted anew from the pages as they stand then.
            await commit.Apply(commit.Pending with { Recount = true });
            for (var number = 0; number < pages.Count; number++)
            {
                if (pages[number].Reports.SequenceEqual(amended[number].Reports))
                    continue;
                await Page(number).Put(amended[number]);
                foreach (var report in amended[number].Reports)
                    paged[report.Identity] = ScorecardBook.Remembered(report);
            }
            if (await Gather(amended, change, contributions) is > 0 and var lateUnreadable)
                return new ExclusionOutcome(0, 0, lateUnreadable);
        }
        var tail = commit.Pending.Tail.Select(report => report.Apply(change)).ToArray();
        var sums = ScorecardBook.Recount(amended.SelectMany(page => page.Reports).Concat(tail), report => contributions[(report.Entry!.Id, report.Identity)]);
        await commit.Apply(commit.Pending with { Tail = [.. tail], Sums = sums, Recount = false });
        return new ExclusionOutcome(changed, 0, 0);
    }

    /// <summary>Changes the lines alone; the sums keep the rows of the verdicts from before.</summary>
    private async Task<ExclusionOutcome> ChangeLines(IReadOnlyList<CountedPage> pages, Func<ReportEntry, ReportEntry?> change)
    {
        for (var number = 0; number < pages.Count; number++)
        {
            var reports = pages[number].Reports.Select(report => report.Apply(change)).ToArray();
            if (reports.SequenceEqual(pages[number].Reports))
                continue;
            await Page(number).Put(pages[number] with { Reports = reports });
            foreach (var report in reports)
                paged[report.Identity] = ScorecardBook.Remembered(report);
        }
        await commit.Apply(commit.Pending with { Tail = [.. commit.Pending.Tail.Select(report => report.Apply(change))] });
        return ExclusionOutcome.None;
    }

    /// <summary>Reads what the reports add, those too that come while it reads.</summary>
    /// <returns>Reports that cannot be read any more.</returns>
    private async Task<int> Gather(IReadOnlyList<CountedPage> pages, Func<ReportEntry, ReportEntry?> change, Dictionary<(string Envelope, string Identity), ScorecardContribution> contributions)
    {
        while (true)
        {
            var missing = pages.SelectMany(page => page.Reports).Concat(commit.Pending.Tail.Select(report => report.Apply(change)))
                .Where(report => report.Entry is { Excluded: null } entry && !contributions.ContainsKey((entry.Id, report.Identity))).ToArray();
            if (missing.Length == 0)
                return 0;
            foreach (var envelopes in missing.Select(report => report.Entry!.Id).Distinct(StringComparer.Ordinal).Chunk(EnvelopesAtOnce))
            {
                foreach (var read in await Task.WhenAll(envelopes.Select(id => GrainFactory.Ingestion(id).GetContributions(key.WorkspaceId, key.Domain))))
                {
                    foreach (var contribution in read)
                        contributions[(contribution.EnvelopeId, contribution.Identity)] = contribution;
                }
            }
            if (missing.Count(report => !contributions.ContainsKey((report.Entry!.Id, report.Identity))) is > 0 and var unreadable)
                return unreadable;
        }
    }

    /// <summary>What a crash interrupted.</summary>
    private async Task Recount(CancellationToken cancellationToken)
    {
        try
        {
            await Amend(_ => null);
        }
        catch (Exception exception)
        {
            LogNotRecounted(exception, this.GetPrimaryKeyString());
        }
    }

    [LoggerMessage(1523, LogLevel.Warning, "{Scorecard}: the day could not be counted anew after reports were excluded; it is tried again when the day is next activated")]
    private partial void LogNotRecounted(Exception exception, string scorecard);
}
