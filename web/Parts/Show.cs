using System.Globalization;
using MtaSts.Application.Reports;
using MtaSts.Grains;

namespace MtaSts.Web.Parts;

/// <summary>Formats numbers, times and sizes for all pages.</summary>
public static class Show
{
    /// <summary>Result types shown in one line.</summary>
    private const int MaxResultTypes = 6;

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Share of failed sessions; a failure is never rounded to zero.</summary>
    public static string FailureRate(SessionTotals sessions)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        var all = (double)sessions.Successful + sessions.Failed;
        return all == 0 ? "–" : Percent(sessions.Failed / all);
    }

    /// <summary>Share of successful sessions; 100 % only when nothing failed.</summary>
    public static string SuccessRate(SessionTotals sessions)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        var all = (double)sessions.Successful + sessions.Failed;
        if (all == 0)
            return "–";
        var share = sessions.Successful / all;
        return sessions.Failed == 0 ? "100 %" : share > 0.9999 ? "> 99.99 %" : share > 0.99 ? share.ToString("0.00 %", CultureInfo.InvariantCulture) : Percent(share);
    }

    public static string Utc(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    public static string UtcSeconds(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Time since or until a moment, in words.</summary>
    public static string Distance(DateTimeOffset moment, DateTimeOffset now)
    {
        var span = now - moment;
        if (span.Duration() < TimeSpan.FromSeconds(5))
            return "just now";
        var words = Duration(span.Duration());
        return span > TimeSpan.Zero ? words + " ago" : "in " + words;
    }

    public static string Duration(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => Plural((int)span.TotalDays, "day"),
        { TotalHours: >= 2 } => Plural((int)span.TotalHours, "hour"),
        { TotalMinutes: >= 2 } => Plural((int)span.TotalMinutes, "minute"),
        _ => Plural((int)span.TotalSeconds, "second"),
    };

    public static string Bytes(long size) => size switch
    {
        >= 1024 * 1024 => (size / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
        >= 1024 => (size / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
        _ => Plural((int)size, "byte"),
    };

    public static string Plural(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>The most frequent ones, in one line.</summary>
    public static string ResultTypes(IReadOnlyList<ResultTypeTotals> types)
    {
        ArgumentNullException.ThrowIfNull(types);
        return string.Join(" · ", types.Take(MaxResultTypes).Select(type => $"{type.ResultType} {Count(type.Failed)}")) + (types.Count > MaxResultTypes ? " …" : "");
    }

    /// <summary>Name of a report's source; ids of other sources are unchanged.</summary>
    public static string Source(string id) => id switch
    {
        "source.https" => "HTTPS",
        "source.upload" => "Upload",
        "source.smtp" => "Mail (SMTP)",
        "source.imap" => "Mail (IMAP)",
        "source.maildir" => "Mail (Maildir)",
        _ => id,
    };

    private static string Percent(double share) => share switch
    {
        0 => "0 %",
        < 0.0001 => "< 0.01 %",
        < 0.1 => (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + " %",
        _ => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %",
    };
}
