using System.Globalization;
using MtaSts.Application.Reports;

namespace MtaSts.Web.Reports;

/// <summary>Parameters in the address of the reports page, so that the address can be shared and the browser can go back: the days, the selected
/// failures, the listed reports.</summary>
public static class ScorecardAddress
{
    /// <summary>The last days up to today.</summary>
    public const string Days = "days";

    /// <summary>The first day, such as 2026-11-01.</summary>
    public const string From = "from";

    /// <summary>The last day.</summary>
    public const string To = "to";

    /// <summary>Values of the selected failures; empty: failures without a value.</summary>
    public const string ResultType = "result";
    public const string MxHost = "mx";
    public const string Organization = "organization";
    public const string Network = "network";
    public const string PolicyType = "policy";

    /// <summary>Which single reports are listed: see <see cref="ReportChoice"/>.</summary>
    public const string ListOrganization = "list-organization";
    public const string ListFailures = "list-failures";
    public const string ListDkim = "list-dkim";
    public const string ListSigner = "list-signer";
    public const string ListNetwork = "list-network";
    public const string ListSource = "list-source";
    public const string ListState = "list-state";
    public const string Yes = "yes";

    /// <summary>Spans of days that are offered.</summary>
    public static readonly IReadOnlyList<int> Spans = [7, 30, 90];

    private const int DefaultSpan = 30;
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>The days of an address; the last thirty when it has no valid range.</summary>
    public static DateRange Range(string? days, string? from, string? to, DateTimeOffset now)
    {
        if (DateOnly.TryParseExact(from, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            && DateOnly.TryParseExact(to, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            && new DateRange(first, last) is { Problem: null } range)
        {
            return range;
        }
        return DateRange.Last(int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var span) && Spans.Contains(span) ? span : DefaultSpan, now);
    }

    /// <summary>The parameters of the days; null: remove the parameter.</summary>
    public static IReadOnlyDictionary<string, object?> Of(DateRange range, DateTimeOffset now)
    {
        var span = Spans.FirstOrDefault(days => range == DateRange.Last(days, now));
        return new Dictionary<string, object?>
        {
            [Days] = span is 0 or DefaultSpan ? null : span,
            [From] = span == 0 ? range.From.ToString(DayFormat, CultureInfo.InvariantCulture) : null,
            [To] = span == 0 ? range.To.ToString(DayFormat, CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>The parameters of the failures; null: remove the parameter.</summary>
    public static IReadOnlyDictionary<string, object?> Of(FailureFocus focus)
    {
        ArgumentNullException.ThrowIfNull(focus);
        return new Dictionary<string, object?>
        {
            [ResultType] = focus[FailureFacet.ResultType],
            [MxHost] = focus[FailureFacet.MxHost],
            [Organization] = focus[FailureFacet.Organization],
            [Network] = focus[FailureFacet.Network],
            [PolicyType] = focus[FailureFacet.PolicyType],
        };
    }
}
