using System.Globalization;
using System.IO.Compression;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Reports as senders make them.</summary>
internal static class Reported
{
    /// <summary>The day most of them tell of; the cluster's clock begins later on the same day.</summary>
    public static DateTimeOffset Day { get; } = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static TlsReport Report(string id, params ReportedPolicy[] policies) => new()
    {
        OrganizationName = "Bigmail Inc.",
        ContactInfo = "reports@bigmail.example",
        ReportId = id,
        Start = Day,
        End = Day.AddDays(1).AddSeconds(-1),
        Policies = policies,
    };

    public static ReportedPolicy Policy(string? domain, long successful, string type = PolicyTypes.Sts, params (string ResultType, string? Mx, long Failed)[] failures) => new()
    {
        PolicyType = type,
        PolicyDomain = domain,
        Successful = successful,
        Failed = failures.Sum(failure => failure.Failed),
        Details = [.. failures.Select(failure => new FailureDetail { ResultType = failure.ResultType, ReceivingMxHostname = failure.Mx, FailedSessions = failure.Failed })],
    };

    public static byte[] Json(this TlsReport report) => ReportWriter.Write(report);

    public static byte[] Gzip(this TlsReport report)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(report.Json());
        return packed.ToArray();
    }

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
