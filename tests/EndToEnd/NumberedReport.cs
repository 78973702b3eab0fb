using System.Globalization;
using MtaSts.Protocol.Reports;

namespace MtaSts.EndToEnd;

/// <summary>Reports that are told apart by a number, which is their report-id, and add up to something that depends on it.</summary>
internal static class NumberedReport
{
    private const int Days = 20;

    public static long Sessions(int number) => 1 + (number % 97);

    public static TlsReport Of(int number, string domain)
    {
        var day = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(-1 - (number % Days));
        return new TlsReport
        {
            OrganizationName = "Bigmail Inc.",
            ContactInfo = "reports@bigmail.example",
            ReportId = number.ToString(CultureInfo.InvariantCulture),
            Start = day,
            End = day.AddDays(1).AddSeconds(-1),
            Policies = [new ReportedPolicy { PolicyType = PolicyTypes.Sts, PolicyDomain = domain, Successful = Sessions(number) }],
        };
    }
}
