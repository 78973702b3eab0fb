using System.Globalization;
using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>Determines which of a domain's policy versions senders apply.</summary>
public static class PolicyMatching
{
    /// <summary>The policies that each organisation reported, latest first.</summary>
    /// <param name="versions">The versions of the history, in any order.</param>
    public static IReadOnlyList<PolicySeen> Of(IReadOnlyList<ScorecardDay> days, IReadOnlyList<PolicyVersionView> versions)
    {
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(versions);
        var byLines = versions.ToLookup(version => PolicyLines.Of(version.Content.ToPolicy()), StringComparer.Ordinal);
        var seen = days.SelectMany(day => day.Policies.Select(policy => (day.Day, Policy: policy)))
            .GroupBy(row => (row.Policy.Organization, row.Policy.Lines))
            .Select(rows => Seen(rows.Key.Organization, rows.Key.Lines, [.. rows], Version(byLines[rows.Key.Lines], rows.Max(row => row.Day))))
            .ToArray();
        // A sender that finds no policy continues to use its cached one until that expires (RFC 8461 §5.1).
        var latest = seen.Where(policy => policy.State is not (PolicySeenState.None or PolicySeenState.Other))
            .GroupBy(policy => policy.Organization).ToDictionary(group => group.Key, group => group.Max(policy => policy.LastDay), StringComparer.Ordinal);
        return [.. seen.Select(policy => policy with { Replaced = latest.TryGetValue(policy.Organization, out var last) && last > policy.LastDay })
            .OrderByDescending(policy => policy.LastDay).ThenByDescending(policy => policy.Successful + policy.Failed)
            .ThenBy(policy => policy.Organization, StringComparer.Ordinal).ThenBy(policy => string.Join('\n', policy.Lines), StringComparer.Ordinal)];
    }

    private static PolicySeen Seen(string organization, string lines, (DateOnly Day, OrganizationPolicy Policy)[] rows, PolicyVersionView? version)
    {
        var last = rows.Max(row => row.Day);
        return new PolicySeen
        {
            Organization = organization,
            State = lines switch
            {
                "" => PolicySeenState.None,
                ScorecardDay.Other => PolicySeenState.Other,
                _ when version is { ServedFrom: not null, ServedUntil: null } => PolicySeenState.Current,
                _ when version is not null => PolicySeenState.Earlier,
                _ => PolicySeenState.Foreign,
            },
            Version = version?.Number,
            PolicyId = version?.Id,
            Lines = lines is "" or ScorecardDay.Other ? [] : lines.Split('\n'),
            FirstDay = rows.Min(row => row.Day),
            LastDay = last,
            Reports = rows.Sum(row => row.Policy.Reports),
            Successful = rows.Aggregate(0L, (sum, row) => SessionCount.Add(sum, row.Policy.Successful)),
            Failed = rows.Aggregate(0L, (sum, row) => SessionCount.Add(sum, row.Policy.Failed)),
            CachedUntil = MaxAge(lines) is { } age ? new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero).AddSeconds(age) : null,
        };
    }

    /// <summary>Of versions with the same content, the latest that was served by that day.</summary>
    private static PolicyVersionView? Version(IEnumerable<PolicyVersionView> same, DateOnly day) => same
        .OrderByDescending(version => version.ServedFrom is { } from && DateOnly.FromDateTime(from.UtcDateTime) <= day)
        .ThenByDescending(version => version.Number).FirstOrDefault();

    /// <summary>In seconds, at most the maximum of RFC 8461 §3.2.</summary>
    private static int? MaxAge(string lines)
    {
        const string Key = "max_age: ";
        const int Longest = 31_557_600;
        var line = lines.Split('\n').FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal));
        return line is not null && long.TryParse(line.AsSpan(Key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var age) ? (int)Math.Min(age, Longest) : null;
    }
}
