using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

/// <summary>The shell around <see cref="ScorecardBook"/>: one day of one claim, and the pages its reports move to.</summary>
internal sealed partial class ScorecardGrain(
    [PersistentState(StateNames.ScorecardDay, StateNames.Storage)] IPersistentState<ScorecardDayState> stored,
    ServiceClock clock,
    ILogger<ScorecardGrain> logger) : Grain, IScorecardGrain
{
    /// <summary>Pages read at once.</summary>
    private const int PagesAtOnce = 16;

    /// <summary>What stands in pages, by identity: the reports of one that contradict each other.</summary>
    private readonly Dictionary<string, ImmutableArray<MonthReport>> paged = new(StringComparer.Ordinal);
    private GroupCommit<ScorecardDayState> commit = null!;
    private ScorecardKey key;
    private MonthDay? before;
    private bool isListed;
    private bool isRead;
    private bool isGone;
    private Task sealing = Task.CompletedTask;
    private Task reading = Task.CompletedTask;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        key = ScorecardKey.Parse(this.GetPrimaryKeyString());
        before = await GrainFactory.ScorecardMonth(key.WorkspaceId, key.Domain, new DateOnly(key.Day.Year, key.Day.Month, 1)).GetDay(key.Day);
        isListed = stored.RecordExists;
        if (!stored.RecordExists && before is not null)
            stored.State = new ScorecardDayState { Sums = DayStates.Of(before.Day), Base = DayStates.Of(before.Day) };
        commit = new GroupCommit<ScorecardDayState>(stored);
        if (stored.State.Recount)
            RecountLater();
    }

    public async Task<ApplyOutcome> Apply(ScorecardContribution contribution)
    {
        await ReadPages();
        if (contribution.IsKeptOut && !isListed)
            return ApplyOutcome.KeptOut; // Nothing of the day was counted.
        if ((!isListed || commit.Pending.Kept != Kept.Everything) && !await List())
            return ApplyOutcome.NoClaim;
        var month = before is null ? null : await GrainFactory.ScorecardMonth(key.WorkspaceId, key.Domain, new DateOnly(key.Day.Year, key.Day.Month, 1)).Find(contribution.Identity);
        if (isGone)
            throw new InvalidOperationException("The day is being deleted; try again.");
        Func<string, IEnumerable<MonthReport>> earlier = identity => paged.GetValueOrDefault(identity, month is null ? [] : [month]);
        var isRaised = ScorecardBook.IsRaisedBy(commit.Pending, contribution, earlier);
        var (next, outcome) = ScorecardBook.Apply(commit.Pending, contribution, earlier);
        // One that was counted before may itself still be on its way to the storage: nobody is told before it has arrived.
        await Commit(next);
        if (isRaised)
            await Raise(contribution);
        if (sealing.IsCompleted && amending.IsCompleted && MustSeal(commit.Committed)) // What is in turn relies on pages that stay.
            sealing = Seal();
        return outcome;
    }

    public Task<ScorecardDay?> Get() => Task.FromResult(commit.Committed.Sums is { Reports: 0, Excluded: 0 } ? null : commit.Committed.Sums.ToDay(key.Day) with { IsRecounting = commit.Committed.Recount });

    public async Task<Page<ReportEntry>> GetReports(int? before, int limit)
    {
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        // Positions: what the month's row lists, the pages, the tail.
        var state = commit.Committed;
        var earlier = this.before?.Reports ?? [];
        var pagesEnd = earlier.Count + (state.Pages * ScorecardBook.PageSize);
        var items = new List<ReportEntry>(limit);
        var at = Math.Min(before ?? int.MaxValue, pagesEnd + state.Tail.Length);
        (int Number, CountedPage? Page) open = (-1, null);
        while (at > 0 && items.Count < limit)
        {
            at--;
            ReportEntry? entry;
            if (at >= pagesEnd)
                entry = state.Tail[at - pagesEnd].Entry;
            else if (at < earlier.Count)
                entry = earlier[at];
            else
            {
                var number = (at - earlier.Count) / ScorecardBook.PageSize;
                if (open.Number != number)
                    open = (number, await Page(number).Get());
                entry = open.Page!.Reports[(at - earlier.Count) % ScorecardBook.PageSize].Entry;
            }
            if (entry is not null)
                items.Add(entry);
        }
        return new Page<ReportEntry>(items, at > 0 ? at.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Details that a recount still needs stay until the sums are up to date.</summary>
    public Task<bool> Retain(Kept kept) => InTurn(async () => !commit.Pending.Recount && await RetainSlice(kept));

    private async Task<bool> RetainSlice(Kept kept)
    {
        var state = commit.Pending;
        if (!stored.RecordExists || state.Kept >= kept)
            return true;
        var step = state.Kept + 1;
        if (state.PagesLetGo < state.Pages + state.CopyPages)
        {
            await LetGo(PageAt(state, state.PagesLetGo), step, isErasing: false);
            if (commit.Pending.Kept + 1 == step && commit.Pending.PagesLetGo == state.PagesLetGo)
                await commit.Apply(commit.Pending with { PagesLetGo = state.PagesLetGo + 1 });
            return false;
        }
        await LetGo(state.Tail, state.Copies, step, isErasing: false);
        // A report that came meanwhile is let go the next time.
        if (!isGone && ReferenceEquals(commit.Pending, state))
        {
            var next = state with { Kept = step, PagesLetGo = 0 };
            await commit.Apply(step != Kept.Aggregates ? next : next with
            {
                Tail = [.. state.Tail.Select(Bare)],
                Copies = [],
                // What each report added is not known from here on: reports that come later can still be excluded, and are counted anew on top of this.
                Base = state.Sums,
                BaseLines = (state.Pages * ScorecardBook.PageSize) + state.Tail.Length,
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
        await commit.Settle().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var state = commit.Committed;
        if (stored.RecordExists)
        {
            if (state.Pages + state.CopyPages > 0)
            {
                var last = PageAt(state, state.Pages + state.CopyPages - 1);
                await LetGo(last, Kept.Aggregates, isErasing: true);
                await last.Delete();
                // The page after it may be there before the row tells of it.
                await (state.CopyPages > 0 ? Page(state.CopyPages, isOfCopies: true) : Page(state.Pages)).Delete();
                await commit.Apply(state.CopyPages > 0 ? state with { CopyPages = state.CopyPages - 1 } : state with { Pages = state.Pages - 1 });
                return false;
            }
            await LetGo(state.Tail, state.Copies, Kept.Aggregates, isErasing: true);
            await Page(0).Delete();
            await Page(0, isOfCopies: true).Delete();
            await stored.ClearStateAsync();
        }
        DeactivateOnIdle();
        return true;
    }

    /// <summary>Known in the list of days before there is anything: what is not listed could not be found to be let go.</summary>
    /// <returns>False: the claim is gone.</returns>
    private async Task<bool> List()
    {
        var days = GrainFactory.ScorecardMonths(key.WorkspaceId, key.Domain);
        if (!await IsClaimed())
            return false;
        await days.AddDay(key.Day);
        if (await IsClaimed())
        {
            isListed = true;
            return true;
        }
        // It went in between, and its list of days perhaps before this day was in it.
        if (!isListed)
            await days.TakeBack(key.Day);
        return false;
    }

    private async Task<bool> IsClaimed() => await GrainFactory.Domain(key.Domain).GetClaim(key.WorkspaceId) is not null;

    private static bool MustSeal(ScorecardDayState state) => state.Tail.Length >= ScorecardBook.PageSize || state.Copies.Length >= ScorecardBook.PageSize;

    /// <summary>
    /// Moves the oldest reports, or copies, to a page. The page is written first, and counts from the moment the row says so: a crash between the two
    /// leaves a page that is written again.
    /// </summary>
    private async Task Seal()
    {
        try
        {
            while (MustSeal(commit.Committed) && !isGone)
            {
                var state = commit.Committed;
                var ofCopies = state.Tail.Length < ScorecardBook.PageSize;
                CountedReport[] reports = ofCopies ? [] : [.. state.Tail.Take(ScorecardBook.PageSize)];
                string[] copies = ofCopies ? [.. state.Copies.Take(ScorecardBook.PageSize)] : [];
                await (ofCopies ? Page(state.CopyPages, isOfCopies: true) : Page(state.Pages)).Put(new CountedPage(reports, copies));
                var pending = commit.Pending;
                if (isGone || pending.Pages != state.Pages || pending.CopyPages != state.CopyPages
                    || !pending.Tail.Take(reports.Length).SequenceEqual(reports) || !pending.Copies.Take(copies.Length).SequenceEqual(copies))
                {
                    return; // The row was taken back or let go meanwhile; the next report tries again.
                }
                foreach (var report in reports)
                    Remember(report);
                await commit.Apply(pending with
                {
                    Tail = pending.Tail.RemoveRange(0, reports.Length),
                    Copies = pending.Copies.RemoveRange(0, copies.Length),
                    Pages = pending.Pages + (ofCopies ? 0 : 1),
                    CopyPages = pending.CopyPages + (ofCopies ? 1 : 0),
                    PagesLetGo = Math.Min(pending.PagesLetGo, pending.Pages), // Pages of copies move on by one.
                });
            }
        }
        catch (Exception exception)
        {
            LogNotSealed(exception, this.GetPrimaryKeyString());
        }
    }

    private async Task Commit(ScorecardDayState next)
    {
        try
        {
            await (ReferenceEquals(next, commit.Pending) ? commit.Settle() : commit.Apply(next));
        }
        catch when (before is not null)
        {
            // What is read again lacks what the month's row holds: begin anew.
            isGone = true;
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>What stands in pages has to be known before anything is counted.</summary>
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
        paged[report.Identity] = known.RemoveAll(other => other.ContentHash == report.ContentHash).Add(ScorecardBook.Remembered(report));
    }

    private async Task<IReadOnlyList<CountedPage>> Pages()
    {
        var pages = new List<CountedPage>();
        foreach (var numbers in Enumerable.Range(0, commit.Committed.Pages).Chunk(PagesAtOnce))
            pages.AddRange(await Task.WhenAll(numbers.Select(number => Page(number).Get())));
        return pages;
    }

    private async Task LetGo(IScorecardPageGrain page, Kept step, bool isErasing)
    {
        var content = await page.Get();
        await LetGo(content.Reports, content.Copies, step, isErasing);
        if (step == Kept.Aggregates)
            await page.Put(new CountedPage([.. content.Reports.Select(Bare)], []));
    }

    private Task LetGo(IReadOnlyList<CountedReport> reports, IReadOnlyList<string> copies, Kept step, bool isErasing) =>
        Envelopes.LetGo(GrainFactory, key, reports.Select(report => report.Entry?.Id).OfType<string>().Concat(copies), step, isErasing);

    private static CountedReport Bare(CountedReport report) => report with { Entry = null };

    private IScorecardPageGrain Page(int number, bool isOfCopies = false) => GrainFactory.ScorecardPage(key.WorkspaceId, key.Domain, key.Day, number, isOfCopies);

    /// <summary>The page at a place among all, those of copies last.</summary>
    private IScorecardPageGrain PageAt(ScorecardDayState state, int place) => place < state.Pages ? Page(place) : Page(place - state.Pages, isOfCopies: true);

    [LoggerMessage(1521, LogLevel.Warning, "{Scorecard}: counted reports could not be moved to a page; it is tried again with the next one")]
    private partial void LogNotSealed(Exception exception, string scorecard);
}
