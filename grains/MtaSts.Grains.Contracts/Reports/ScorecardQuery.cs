using System.Globalization;

namespace MtaSts.Grains;

/// <summary>Reads scorecards and report lists across the months they are kept in.</summary>
public static class ScorecardQuery
{
    /// <summary>Longest range of one question: a leap year and a month.</summary>
    public const int MaxDays = 400;

    /// <summary>Reports for a day arrive until late on the following day; after this they should all be there.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromHours(48);

    /// <summary>The scorecard of a claim from the first day to the last, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or longer than <see cref="MaxDays"/>.</exception>
    public static async Task<ScorecardView> Load(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(grains);
        if (to < from || to.DayNumber - from.DayNumber >= MaxDays)
            throw new ArgumentOutOfRangeException(nameof(to), $"The range must begin before it ends and span at most {MaxDays} days.");
        var months = new List<Task<IReadOnlyList<ScorecardDay>>>();
        for (var month = new DateOnly(from.Year, from.Month, 1); month <= to; month = month.AddMonths(1))
            months.Add(grains.Scorecard(workspaceId, domain, month).GetDays(from, to));
        var days = (await Task.WhenAll(months)).SelectMany(part => part).OrderBy(day => day.Day).ToArray();
        return Merge(from, to, now, days);
    }

    /// <summary>Counted reports of a claim, newest first.</summary>
    /// <param name="next">What the page before gave; null for the first. Unreadable values begin anew.</param>
    public static async Task<Page<ReportEntry>> ListReports(IGrainFactory grains, string workspaceId, string domain, string? next, int limit)
    {
        ArgumentNullException.ThrowIfNull(grains);
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        var (from, offset) = Parse(next);
        var items = new List<ReportEntry>();
        foreach (var month in await grains.ScorecardMonths(workspaceId, domain).List())
        {
            if (month > from)
                continue;
            if (items.Count == limit)
                return new Page<ReportEntry>(items, Token(month, 0));
            var skip = month == from ? offset : 0;
            var page = await grains.Scorecard(workspaceId, domain, month).GetReports(skip, limit - items.Count);
            items.AddRange(page.Items);
            if (page.Next is not null)
                return new Page<ReportEntry>(items, Token(month, skip + page.Items.Count));
        }
        return new Page<ReportEntry>(items, null);
    }

    /// <summary>Deletes every scorecard of a claim. May be repeated.</summary>
    public static async Task Erase(IGrainFactory grains, string workspaceId, string domain)
    {
        ArgumentNullException.ThrowIfNull(grains);
        var months = grains.ScorecardMonths(workspaceId, domain);
        foreach (var month in await months.List())
            await grains.Scorecard(workspaceId, domain, month).Delete();
        await months.Delete();
    }

    private static ScorecardView Merge(DateOnly from, DateOnly to, DateTimeOffset now, IReadOnlyList<ScorecardDay> days)
    {
        var failures = days.SelectMany(day => day.Failures).ToArray();
        return new ScorecardView(
            from,
            to,
            DateOnly.FromDateTime((now - Latest).UtcDateTime),
            new SessionTotals(Sum(days.Select(day => day.Sessions.Successful)), Sum(days.Select(day => day.Sessions.Failed))),
            days.Sum(day => day.Reports),
            [.. days.SelectMany(day => day.ByPolicyType).GroupBy(type => type.PolicyType)
                .Select(group => new PolicyTypeTotals(group.Key, Sum(group.Select(t => t.Successful)), Sum(group.Select(t => t.Failed))))
                .OrderByDescending(type => type.Successful + type.Failed).ThenBy(type => type.PolicyType, StringComparer.Ordinal)],
            ByResultType(failures),
            [.. failures.GroupBy(failure => failure.MxHost)
                .Select(group => new MxHostTotals(group.Key, Sum(group.Select(f => f.Failed)), ByResultType(group)))
                .OrderByDescending(host => host.Failed).ThenBy(host => host.MxHost, StringComparer.Ordinal)],
            [.. days.SelectMany(day => day.ByOrganization).GroupBy(organization => organization.Organization)
                .Select(group => new OrganizationTotals(group.Key, Sum(group.Select(o => o.Successful)), Sum(group.Select(o => o.Failed)), group.Sum(o => o.Reports)))
                .OrderByDescending(organization => organization.Successful + organization.Failed).ThenBy(o => o.Organization, StringComparer.Ordinal)],
            days);
    }

    private static ResultTypeTotals[] ByResultType(IEnumerable<ScorecardFailure> failures) =>
        [.. failures.GroupBy(failure => failure.ResultType).Select(group => new ResultTypeTotals(group.Key, Sum(group.Select(f => f.Failed))))
            .OrderByDescending(type => type.Failed).ThenBy(type => type.ResultType, StringComparer.Ordinal)];

    private static long Sum(IEnumerable<long> counts) => counts.Aggregate(0L, Protocol.Reports.SessionCount.Add);

    private static string Token(DateOnly month, int offset) => string.Create(CultureInfo.InvariantCulture, $"{month:yyyy-MM}.{offset}");

    private static (DateOnly Month, int Offset) Parse(string? next) =>
        next?.Split('.') is [var month, var offset]
        && DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)
        && int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (parsed, count)
            : (DateOnly.MaxValue, 0);
}
