using System.Collections.Immutable;
using MtaSts.Grains.Alerts;

namespace MtaSts.Grains.Reports;

/// <summary>The rules of a look at a claim's reports: the state after it.</summary>
internal static class ReportLook
{
    /// <summary>The time of the last look is stored this often: a look that shows nothing new writes nothing.</summary>
    public static readonly TimeSpan WrittenAfter = TimeSpan.FromHours(12);

    /// <summary>
    /// After a longer time without a look the service was down, and reports may still be on their way: senders retry. Longer than <see cref="WrittenAfter"/> and the time between two
    /// checks of a domain together.
    /// </summary>
    public static readonly TimeSpan LongWithoutLook = TimeSpan.FromHours(24);

    /// <summary>The state after a look; equal to the one before when nothing changed.</summary>
    /// <param name="before">With the time of the last look.</param>
    /// <param name="days">The days with reports now.</param>
    /// <param name="facts">Null: not known since the activation, so the conditions stay.</param>
    /// <param name="revision">For changed conditions.</param>
    /// <param name="isHeldBack">The service counts no reports of any claim, so no report is judged as missing.</param>
    public static ReportWatchState After(ReportWatchState before, ImmutableSortedDictionary<DateOnly, WatchedDay> days, ReportWatchFacts? facts, DateTimeOffset now, long revision, bool isHeldBack)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var silenceFrom = before.LookedAt is null || now - before.LookedAt > LongWithoutLook ? now + ReporterRules.Earliest : before.SilenceFrom;
        var next = before with { Days = days, FirstSeen = ReporterHistory.FirstSeen(before.FirstSeen, days, today), HasReports = before.HasReports || !days.IsEmpty, LookedAt = now, SilenceFrom = silenceFrom };
        // After a reporting record that was lost came back, reporters need their time too.
        var mayBegin = !isHeldBack && now >= silenceFrom && now >= facts?.ReportingSince + ReporterRules.Earliest;
        next = next with
        {
            Failing = MxCauses.Join(FailureRules.Judge(next, today), facts?.Causes ?? []),
            Silent = facts is { ReportingSince: null } ? [] : ReporterRules.Follow(next, now, mayBegin),
        };
        if (facts is null)
            return next;
        ImmutableArray<StoredCondition> conditions = [.. ReportConditions.Of(next, facts, now, mayBegin).Select(StoredCondition.Of)];
        return conditions.SequenceEqual(next.Conditions) ? next : next with { Conditions = conditions, Revision = Math.Max(next.Revision + 1, revision) };
    }

    /// <summary>Whether the look noticed missing reports that were not missing before it.</summary>
    public static bool IsMissingMore(ReportWatchState before, ReportWatchState next) =>
        next.Silent.Any(reporter => !before.Silent.Contains(reporter)) || (IsWithoutReports(next) && !IsWithoutReports(before));

    private static bool IsWithoutReports(ReportWatchState state) => state.Conditions.Any(condition => condition.Kind == AlertKinds.NoReports);
}
