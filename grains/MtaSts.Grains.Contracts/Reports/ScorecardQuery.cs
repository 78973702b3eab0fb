using System.Globalization;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains;

/// <summary>Reads scorecards and report lists across the days they are kept in.</summary>
public static class ScorecardQuery
{
    /// <summary>Longest range of one question: a leap year and a month.</summary>
    public const int MaxDays = 400;

    /// <summary>Days read at once.</summary>
    private const int AtOnce = 16;

    /// <summary>Reports for a day arrive until late on the following day; this long after the day began they should all be there.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromHours(48);

    /// <summary>True when a report came after its day was taken for complete.</summary>
    public static bool IsLate(DateTimeOffset start, DateTimeOffset receivedAt) =>
        receivedAt - new DateTimeOffset(start.UtcDateTime.Date, TimeSpan.Zero) > Latest;

    /// <summary>The scorecard of a claim from the first day to the last, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or longer than <see cref="MaxDays"/>.</exception>
    public static async Task<ScorecardView> Load(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(grains);
        if (to < from || to.DayNumber - from.DayNumber >= MaxDays)
            throw new ArgumentOutOfRangeException(nameof(to), $"The range must begin before it ends and span at most {MaxDays} days.");
        var versions = grains.Domain(domain).GetVersions(workspaceId);
        var view = grains.Domain(domain).GetView(workspaceId);
        // The day before tells what of the first is its report mail.
        var days = await Days(grains, workspaceId, domain, from == DateOnly.MinValue ? from : from.AddDays(-1), to).ToArrayAsync();
        var onlyReportMail = ReportMailHints.Of(days, ReportMailHints.Received(await view));
        return ScorecardMerge.Of(from, to, now, [.. days.Where(day => day.Day >= from)], onlyReportMail, await versions ?? []);
    }

    /// <summary>The sessions of a claim from the first day to the last, both included.</summary>
    /// <param name="policyType">Only those held against this one (see <see cref="PolicyTypes"/>); null: all.</param>
    public static async Task<SessionTotals> LoadSessions(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to, string? policyType = null)
    {
        var sum = new SessionTotals(0, 0);
        await foreach (var day in Days(grains, workspaceId, domain, from, to))
        {
            var sessions = policyType is null ? [day.Sessions] : day.ByPolicyType.Where(type => type.PolicyType == policyType).Select(type => new SessionTotals(type.Successful, type.Failed));
            sum = sessions.Aggregate(sum, (all, some) => new SessionTotals(SessionCount.Add(all.Successful, some.Successful), SessionCount.Add(all.Failed, some.Failed)));
        }
        return sum;
    }

    /// <summary>The sessions checked against one policy type, split into those of verified and those of unverified reports.</summary>
    public static async Task<TrustedSessions> LoadTrusted(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to, string policyType)
    {
        var senders = new List<SenderTotals>();
        await foreach (var day in Days(grains, workspaceId, domain, from, to))
            senders.AddRange(day.Senders.Where(sender => sender.PolicyType == policyType));
        return TrustedSessions.Of(senders);
    }

    /// <summary>The days between that have something, oldest first, a few at a time: for ranges of any length.</summary>
    public static async IAsyncEnumerable<ScorecardDay> Days(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to)
    {
        ArgumentNullException.ThrowIfNull(grains);
        var known = await grains.ScorecardMonths(workspaceId, domain).ListDays();
        foreach (var chunk in known.Where(day => day >= from && day <= to).Order().Chunk(AtOnce))
        {
            foreach (var day in await Task.WhenAll(chunk.Select(day => grains.Scorecard(workspaceId, domain, day).Get())))
            {
                if (day is not null)
                    yield return day;
            }
        }
    }

    /// <summary>The counted reports of the days between, newest day first.</summary>
    public static async IAsyncEnumerable<ReportEntry> Reports(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to)
    {
        ArgumentNullException.ThrowIfNull(grains);
        foreach (var day in (await grains.ScorecardMonths(workspaceId, domain).ListDays()).Where(day => day >= from && day <= to))
        {
            int? before = null;
            do
            {
                var page = await grains.Scorecard(workspaceId, domain, day).GetReports(before, IWorkspaceGrain.MaxPage);
                foreach (var entry in page.Items)
                    yield return entry;
                before = page.Next is { } next ? int.Parse(next, CultureInfo.InvariantCulture) : null;
            }
            while (before is not null);
        }
    }

    /// <summary>Counted reports of a claim, newest day first.</summary>
    /// <param name="next">What the page before gave; null for the first. Unreadable values begin anew.</param>
    public static async Task<Page<ReportEntry>> ListReports(IGrainFactory grains, string workspaceId, string domain, string? next, int limit)
    {
        ArgumentNullException.ThrowIfNull(grains);
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        var (from, before) = Parse(next);
        var items = new List<ReportEntry>();
        foreach (var day in await grains.ScorecardMonths(workspaceId, domain).ListDays())
        {
            if (day > from)
                continue;
            if (items.Count == limit)
                return new Page<ReportEntry>(items, Token(day, null));
            var page = await grains.Scorecard(workspaceId, domain, day).GetReports(day == from ? before : null, limit - items.Count);
            items.AddRange(page.Items);
            if (page.Next is not null)
                return new Page<ReportEntry>(items, Token(day, page.Next));
        }
        return new Page<ReportEntry>(items, null);
    }

    /// <summary>Deletes every scorecard of a claim, its reports, and what stands in quarantine for it. May be repeated.</summary>
    public static async Task Erase(IGrainFactory grains, string workspaceId, string domain)
    {
        ArgumentNullException.ThrowIfNull(grains);
        while (!await grains.ScorecardMonths(workspaceId, domain).Erase())
        {
            // Each call is a bounded slice.
        }
        await EraseQuarantine(grains, workspaceId, domain);
    }

    /// <summary>Deletes everything that stands in a workspace's quarantine, or what was addressed to one domain. May be repeated.</summary>
    /// <param name="domain">Null: all of it.</param>
    public static async Task EraseQuarantine(IGrainFactory grains, string workspaceId, string? domain)
    {
        ArgumentNullException.ThrowIfNull(grains);
        var ids = new List<string>();
        string? next = null;
        do
        {
            var page = await grains.Quarantine(workspaceId).List(next, IWorkspaceGrain.MaxPage);
            ids.AddRange(page.Items.Select(item => item.Id));
            next = page.Next;
        }
        while (next is not null);
        foreach (var chunk in ids.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
            await Task.WhenAll(chunk.Select(id => grains.Ingestion(id).Forget(workspaceId, domain)));
    }

    private static string Token(DateOnly day, string? before) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}.{before}");

    private static (DateOnly Day, int? Before) Parse(string? next)
    {
        if (next?.Split('.') is not [var day, var before] || !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            return (DateOnly.MaxValue, null);
        return (parsed, int.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null);
    }
}
