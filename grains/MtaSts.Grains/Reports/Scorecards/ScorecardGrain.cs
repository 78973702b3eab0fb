using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

/// <summary>Grain for <see cref="ScorecardRules"/>: one day of one claim, and the pages of its reports.</summary>
[GrainType("scorecard-day")]
internal sealed partial class ScorecardGrain(
    [PersistentState(StateNames.ScorecardDay, StateNames.Storage)] IPersistentState<ScorecardDayState> stored,
    ServiceClock clock,
    IntakePulse intake,
    ILogger<ScorecardGrain> logger) : Grain, IScorecardGrain
{
    /// <summary>Concurrently read pages.</summary>
    private const int PagesAtOnce = 16;

    /// <summary>How often the watch of reports is notified of changes.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    /// <summary>The reports in pages, by identity: several if they conflict.</summary>
    private readonly Dictionary<string, ImmutableArray<KnownReport>> paged = new(StringComparer.Ordinal);
    private GroupCommit<ScorecardDayState> commit = null!;
    private ScorecardKey key;
    private bool isListed;
    private bool isRead;
    private bool isGone;
    private DateTimeOffset toldAt;
    private IGrainTimer? telling;
    private Task sealing = Task.CompletedTask;
    private Task reading = Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        key = ScorecardKey.Parse(this.GetPrimaryKeyString());
        isListed = stored.RecordExists;
        commit = new GroupCommit<ScorecardDayState>(stored);
        if (stored.State.Recount)
            RecountLater();
        return Task.CompletedTask;
    }

    public async Task<ApplyOutcome> Apply(ScorecardContribution contribution)
    {
        await ReadPages();
        if (contribution.IsKeptOut && !isListed)
            return ApplyOutcome.KeptOut; // Nothing of the day was counted.
        if ((!isListed || commit.Pending.Kept != Kept.Everything) && !await List())
            return ApplyOutcome.NoClaim;
        if (isGone)
            throw new InvalidOperationException("The day is being deleted. Retry later.");
        Func<string, IEnumerable<KnownReport>> earlier = identity => paged.GetValueOrDefault(identity, []);
        var isRaised = ScorecardRules.IsRaisedBy(commit.Pending, contribution, earlier);
        var (next, outcome) = ScorecardRules.Apply(commit.Pending, contribution, earlier);
        // A report counted before may not yet be durable: the caller gets the result only afterwards.
        await (ReferenceEquals(next, commit.Pending) ? commit.Flush() : commit.Apply(next));
        if (isRaised)
            await Raise(contribution);
        TellWatch();
        if (contribution.Source != ReportSourceIds.Upload)
            intake.Counted(key.WorkspaceId, key.Domain);
        if (sealing.IsCompleted && amending.IsCompleted && MustSeal(commit.Committed)) // Changes in progress rely on unchanged pages.
            sealing = Seal();
        return outcome;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => telling is null || isGone ? Task.CompletedTask : Tell();

    public Task<ScorecardDay?> Get() => Task.FromResult(commit.Committed.Sums is { Reports: 0, Excluded: 0 } ? null : commit.Committed.Sums.ToDay(key.Day) with { IsRecounting = commit.Committed.Recount });

    public async Task<Page<ReportEntry>> GetReports(int? before, int limit)
    {
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        // Order of positions: the pages, the tail.
        var state = commit.Committed;
        var pagesEnd = state.Pages * ScorecardRules.PageSize;
        var items = new List<ReportEntry>(limit);
        var at = Math.Min(before ?? int.MaxValue, pagesEnd + state.Tail.Length);
        (int Number, CountedPage? Page) open = (-1, null);
        while (at > 0 && items.Count < limit)
        {
            at--;
            var (number, line) = Math.DivRem(at, ScorecardRules.PageSize);
            if (at < pagesEnd && open.Number != number)
                open = (number, await Page(number).Get());
            if ((at < pagesEnd ? open.Page!.Reports[line] : state.Tail[at - pagesEnd]).Entry is { } entry)
                items.Add(entry);
        }
        return new Page<ReportEntry>(items, at > 0 ? at.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Keeps details that a recount needs until the sums are current.</summary>
    public Task<bool> Retain(Kept kept) => InTurn(async () => !commit.Pending.Recount && await RetainSlice(kept));

    private async Task<bool> RetainSlice(Kept kept)
    {
        var state = commit.Pending;
        if (!stored.RecordExists || state.Kept >= kept)
            return true;
        var step = state.Kept + 1;
        if (state.PagesReduced < state.Pages + state.CopyPages)
        {
            await Reduce(PageAt(state, state.PagesReduced), step, isErasing: false);
            if (commit.Pending.Kept + 1 == step && commit.Pending.PagesReduced == state.PagesReduced)
                await commit.Apply(commit.Pending with { PagesReduced = state.PagesReduced + 1 });
            return false;
        }
        await Reduce(state.Tail, state.Copies, step, isErasing: false);
        // A report added meanwhile is deleted in the next run.
        if (!isGone && ReferenceEquals(commit.Pending, state))
        {
            var next = state with { Kept = step, PagesReduced = 0 };
            await commit.Apply(step != Kept.Aggregates ? next : next with
            {
                Tail = [.. state.Tail.Select(Bare)],
                Copies = [],
                // The contributions of these reports are unknown from now on: later reports can still be excluded, and are recounted on top of this.
                Base = state.Sums,
                BaseLines = (state.Pages * ScorecardRules.PageSize) + state.Tail.Length,
            });
        }
        return false;
    }

    public async Task<IReadOnlyList<ReportEntry>> Find(string envelopeId) =>
        [.. (await Pages()).SelectMany(page => page.Reports).Concat(commit.Committed.Tail).Select(report => report.Entry).OfType<ReportEntry>().Where(entry => entry.Id == envelopeId)];

    public async Task<bool> Erase()
    {
        isGone = true;
        await amending;
        await sealing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await commit.Flush().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var state = commit.Committed;
        if (stored.RecordExists)
        {
            if (state.Pages + state.CopyPages > 0)
            {
                var last = PageAt(state, state.Pages + state.CopyPages - 1);
                await Reduce(last, Kept.Aggregates, isErasing: true);
                await last.Delete();
                // The next page may exist before the row refers to it.
                await (state.CopyPages > 0 ? Page(state.CopyPages, isOfCopies: true) : Page(state.Pages)).Delete();
                await commit.Apply(state.CopyPages > 0 ? state with { CopyPages = state.CopyPages - 1 } : state with { Pages = state.Pages - 1 });
                return false;
            }
            await Reduce(state.Tail, state.Copies, Kept.Aggregates, isErasing: true);
            await Page(0).Delete();
            await Page(0, isOfCopies: true).Delete();
            await stored.ClearStateAsync();
        }
        DeactivateOnIdle();
        return true;
    }

    /// <summary>Adds the day to the list of days before storing data: unlisted data could not be found for deletion.</summary>
    /// <returns>False: the claim was removed.</returns>
    private async Task<bool> List()
    {
        var days = GrainFactory.ScorecardDays(key.WorkspaceId, key.Domain);
        if (!await IsClaimed())
            return false;
        await days.AddDay(key.Day);
        if (await IsClaimed())
        {
            isListed = true;
            return true;
        }
        // The claim was removed meanwhile, and its list of days possibly before this day was added.
        if (!isListed)
            await days.TakeBack(key.Day);
        return false;
    }

    /// <summary>Notifies the watch at most once per <see cref="TellEvery"/>, and once after the last change: the watch may have read the day before that change.</summary>
    private void TellWatch()
    {
        if (telling is not null || isGone)
            return;
        var wait = toldAt + TellEvery - clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
            telling = this.RegisterGrainTimer(_ => Tell(), new GrainTimerCreationOptions(wait, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        else
            Tell().Ignore();
    }

    private Task Tell()
    {
        telling?.Dispose();
        telling = null;
        toldAt = clock.GetUtcNow();
        GrainFactory.ReportWatch(key.WorkspaceId, key.Domain).Changed(key.Day).Ignore();
        return Task.CompletedTask;
    }

    private async Task<bool> IsClaimed() => await GrainFactory.Domain(key.Domain).GetClaim(key.WorkspaceId) is not null;

    private static bool MustSeal(ScorecardDayState state) => state.Tail.Length >= ScorecardRules.PageSize || state.Copies.Length >= ScorecardRules.PageSize;

    /// <summary>
    /// Moves the oldest reports, or copies, to a page. The page is written first, and is valid when the row refers to it: a crash between the two
    /// leaves a page that is written again.
    /// </summary>
    private async Task Seal()
    {
        try
        {
            while (MustSeal(commit.Committed) && !isGone)
            {
                var state = commit.Committed;
                var ofCopies = state.Tail.Length < ScorecardRules.PageSize;
                CountedReport[] reports = ofCopies ? [] : [.. state.Tail.Take(ScorecardRules.PageSize)];
                string[] copies = ofCopies ? [.. state.Copies.Take(ScorecardRules.PageSize)] : [];
                await (ofCopies ? Page(state.CopyPages, isOfCopies: true) : Page(state.Pages)).Put(new CountedPage(reports, copies));
                var pending = commit.Pending;
                if (isGone || pending.Pages != state.Pages || pending.CopyPages != state.CopyPages
                    || !pending.Tail.Take(reports.Length).SequenceEqual(reports) || !pending.Copies.Take(copies.Length).SequenceEqual(copies))
                {
                    return; // The row was reset or deleted meanwhile; the next report retries.
                }
                foreach (var report in reports)
                    Remember(report);
                await commit.Apply(pending with
                {
                    Tail = pending.Tail.RemoveRange(0, reports.Length),
                    Copies = pending.Copies.RemoveRange(0, copies.Length),
                    Pages = pending.Pages + (ofCopies ? 0 : 1),
                    CopyPages = pending.CopyPages + (ofCopies ? 1 : 0),
                    PagesReduced = Math.Min(pending.PagesReduced, pending.Pages), // Pages of copies shift by one.
                });
            }
        }
        catch (Exception exception)
        {
            LogNotSealed(exception, this.GetPrimaryKeyString());
        }
    }

    /// <summary>The reports in pages must be known before counting.</summary>
    private async Task ReadPages()
    {
        if (isRead)
            return;
        if (reading.IsCompleted)
            reading = Read();
        await reading;

        async Task Read()
        {
            foreach (var report in (await Pages()).SelectMany(page => page.Reports))
                Remember(report);
            isRead = true;
        }
    }

    private void Remember(CountedReport report)
    {
        var known = paged.GetValueOrDefault(report.Identity, []);
        paged[report.Identity] = known.RemoveAll(other => other.ContentHash == report.ContentHash).Add(ScorecardRules.Remembered(report));
    }

    private async Task<IReadOnlyList<CountedPage>> Pages()
    {
        var pages = new List<CountedPage>();
        foreach (var numbers in Enumerable.Range(0, commit.Committed.Pages).Chunk(PagesAtOnce))
            pages.AddRange(await Task.WhenAll(numbers.Select(number => Page(number).Get())));
        return pages;
    }

    private async Task Reduce(IScorecardPageGrain page, Kept step, bool isErasing)
    {
        var content = await page.Get();
        await Reduce(content.Reports, content.Copies, step, isErasing);
        if (step == Kept.Aggregates)
            await page.Put(new CountedPage([.. content.Reports.Select(Bare)], []));
    }

    private Task Reduce(IReadOnlyList<CountedReport> reports, IReadOnlyList<string> copies, Kept step, bool isErasing) =>
        Envelopes.Reduce(GrainFactory, key, reports.Select(report => report.Entry?.Id).OfType<string>().Concat(copies), step, isErasing);

    private static CountedReport Bare(CountedReport report) => report with { Entry = null };

    private IScorecardPageGrain Page(int number, bool isOfCopies = false) => GrainFactory.ScorecardPage(key.WorkspaceId, key.Domain, key.Day, number, isOfCopies);

    /// <summary>The page with an index among all pages, those of copies last.</summary>
    private IScorecardPageGrain PageAt(ScorecardDayState state, int place) => place < state.Pages ? Page(place) : Page(place - state.Pages, isOfCopies: true);

    [LoggerMessage(1521, LogLevel.Warning, "{Scorecard}: counted reports not moved to a page; the move is retried with the next report")]
    private partial void LogNotSealed(Exception exception, string scorecard);
}
