using MtaSts.Grains.Domains;

namespace MtaSts.Host.Settings;

/// <summary>Ranges of section <c>Hosting</c>: below them the service would query its store, the DNS and providers without pause, above them it would
/// never do so.</summary>
internal static class HostingRules
{
    private const int LongestMaxAge = 31_557_600; // RFC 8461 §3.2
    private const int MostTries = 1_000; // Six weeks at the longest pause of an hour.

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public static IEnumerable<string> Problems(HostingOptions hosting)
    {
        (string Name, TimeSpan Value, TimeSpan Least, TimeSpan Most)[] times =
        [
            ("AnnounceMargin", hosting.AnnounceMargin, TimeSpan.Zero, Hour),
            ("OutsideGrace", hosting.OutsideGrace, TimeSpan.Zero, Month),
            ("MxProbesApart", hosting.MxProbesApart, Second, Day),
            ("CheckWhileFailing", hosting.CheckWhileFailing, Second, Day),
            ("AssumedPolicyRecordTtl", hosting.AssumedPolicyRecordTtl, Second, Week), // RFC 8767 §4: resolvers cap longer ones.
            ("LongestPolicyRecordTtl", hosting.LongestPolicyRecordTtl, Second, Week),
            ("ShortestTakeoverWait", hosting.ShortestTakeoverWait, TimeSpan.Zero, Week),
            ("CheckWhileWaiting", hosting.CheckWhileWaiting, Second, Day),
            ("WaitingFor", hosting.WaitingFor, TimeSpan.Zero, Month),
            ("CheckHosted", hosting.CheckHosted, Second, Week),
            ("CheckMonitored", hosting.CheckMonitored, Second, Month),
            ("EnsureLive", hosting.EnsureLive, Second, Month),
            ("FirstRetry", hosting.FirstRetry, TimeSpan.FromMilliseconds(100), Day),
            ("LongestRetry", hosting.LongestRetry, Second, Day),
            ("LossNote", hosting.LossNote, TimeSpan.Zero, Month),
            ("RemovalPause", hosting.RemovalPause, TimeSpan.Zero, Day),
            ("RecordTtl", hosting.RecordTtl, Second, Week), // Senders may see the previous id for this long.
            ("RecordWriteLimit", hosting.RecordWriteLimit, Second, TimeSpan.FromMinutes(5)),
            ("RecordGrace", hosting.RecordGrace, TimeSpan.Zero, Month),
        ];
        foreach (var (name, value, least, most) in times)
        {
            if (value < least || value > most)
                yield return $"Hosting:{name} is {value:c}. It must be between {least:c} and {most:c}.";
        }
        if (hosting.LongestPolicyRecordTtl < hosting.AssumedPolicyRecordTtl)
            yield return "Hosting:LongestPolicyRecordTtl must not be shorter than Hosting:AssumedPolicyRecordTtl.";
        if (hosting.LongestRetry < hosting.FirstRetry)
            yield return "Hosting:LongestRetry must not be shorter than Hosting:FirstRetry.";
        if (hosting.AlertAfterTries is < 1 or > MostTries)
            yield return $"Hosting:AlertAfterTries must be between 1 and {MostTries}.";
        foreach (var (name, age) in new[] { ("RetiringMaxAge", hosting.RetiringMaxAge), ("StartingMaxAge", hosting.StartingMaxAge) })
        {
            if (age is < 1 or > LongestMaxAge)
                yield return $"Hosting:{name} must be between 1 and {LongestMaxAge} seconds (RFC 8461 §3.2); senders do not cache a policy with 0.";
        }
    }
}
