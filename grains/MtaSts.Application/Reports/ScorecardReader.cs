using System.Globalization;
using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>Reads scorecards and report lists across days.</summary>
internal static class ScorecardReader
{
    /// <summary>Days read at once.</summary>
    private const int MaxConcurrentDays = 16;

    /// <summary>The scorecard of a claim from the first day to the last, both included.</summary>
    public static async Task<ScorecardView> LoadScorecard(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to, DateTimeOffset now)
    {
        var versions = grains.Domain(domain).GetVersions(workspaceId);
        var view = grains.Domain(domain).GetView(workspaceId);
        // The hint at report mail compares each day with the day before (ReportMailHints).
        var days = await Days(grains, workspaceId, domain, from == DateOnly.MinValue ? from : from.AddDays(-1), to).ToArrayAsync();
        var onlyReportMail = ReportMailHints.Of(days, ReportMailHints.Received(await view));
        return ScorecardMerge.Of(from, to, now, [.. days.Where(day => day.Day >= from)], onlyReportMail, await versions ?? []);
    }

    /// <summary>The sessions of a claim from the first day to the last, both included.</summary>
    /// <param name="policyType">Only those checked against this type (see <see cref="PolicyTypes"/>); null: all.</param>
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

    /// <summary>The days of the range that have data, oldest first. They are loaded a few at a time, so the range may have any length.</summary>
    public static async IAsyncEnumerable<ScorecardDay> Days(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to)
    {
        var known = await grains.ScorecardDays(workspaceId, domain).ListDays();
        foreach (var chunk in known.Where(day => day >= from && day <= to).Order().Chunk(MaxConcurrentDays))
        {
            foreach (var day in await Task.WhenAll(chunk.Select(day => grains.Scorecard(workspaceId, domain, day).Get())))
            {
                if (day is not null)
                    yield return day;
            }
        }
    }

    /// <summary>The counted reports of the range, newest day first.</summary>
    public static async IAsyncEnumerable<ReportEntry> Reports(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to)
    {
        foreach (var day in (await grains.ScorecardDays(workspaceId, domain).ListDays()).Where(day => day >= from && day <= to))
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
    /// <param name="next">Token from the previous page; null for the first. An unreadable token starts from the beginning; one with an unreadable position, at its day.</param>
    public static async Task<Page<ReportEntry>> ListReports(IGrainFactory grains, string workspaceId, string domain, string? next, int limit)
    {
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        var (from, before) = Parse(next);
        var items = new List<ReportEntry>();
        foreach (var day in await grains.ScorecardDays(workspaceId, domain).ListDays())
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

    private static string Token(DateOnly day, string? before) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}.{before}");

    private static (DateOnly Day, int? Before) Parse(string? next)
    {
        if (next?.Split('.') is not [var day, var before] || !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            return (DateOnly.MaxValue, null);
        return (parsed, int.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null);
    }
}
