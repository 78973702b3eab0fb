using System.Globalization;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;

namespace MtaSts.Bench.Decode;

/// <summary>Reports to decode, made from a seed: the same in every run.</summary>
internal static class Samples
{
    private const int Seed = 8460;
    private const string Mx = "mx1.bench.example";
    private static readonly DateTimeOffset FirstDay = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Results = [ResultTypes.CertificateExpired, ResultTypes.CertificateHostMismatch, ResultTypes.StarttlsNotSupported, ResultTypes.ValidationFailure, ResultTypes.StsPolicyFetchError];

    /// <summary>A report as large senders write one a day: one or two policies, no failure or a few.</summary>
    public static TlsReport Small(int number, string domain = "bench.example")
    {
        var random = new Random(Seed + number);
        var details = random.Next(3) == 0 ? random.Next(1, 7) : 0;
        var start = FirstDay.AddDays(number % 28);
        var sts = Policy(domain, PolicyTypes.Sts, 100 + random.Next(5_000), [.. Enumerable.Range(0, details).Select(_ => Detail(random))]);
        return new TlsReport
        {
            OrganizationName = "Bigmail Inc.",
            ContactInfo = "smtp-tls-reporting@bigmail.example",
            ReportId = string.Create(CultureInfo.InvariantCulture, $"{start:yyyy-MM-dd}T00:00:00Z_{domain}_{number}"),
            Start = start,
            End = start.AddDays(1).AddSeconds(-1),
            Policies = random.Next(4) == 0 ? [sts, Policy(domain, PolicyTypes.Tlsa, sts.Successful, [])] : [sts],
        };
    }

    /// <summary>The mail around it (RFC 8460 §5.3), with gzip.</summary>
    public static byte[] Mail(TlsReport report, string domain = "bench.example") => ReportMail.Write(report, domain, new ReportMailOptions
    {
        From = "smtp-tls-reporting@bigmail.example",
        To = $"reports@tlsrpt.{domain}",
        Date = report.End.AddHours(3),
    });

    /// <summary>About 1.1 MB of JSON: a bad day of a large receiver.</summary>
    public static byte[] Big()
    {
        const int Details = 5_400;
        var random = new Random(Seed);
        return ReportWriter.Write(Small(1) with { Policies = [Policy("bench.example", PolicyTypes.Sts, 900_000, [.. Enumerable.Range(0, Details).Select(_ => Detail(random))])] });
    }

    /// <summary>The mails of the folder of real reports; empty where there is none.</summary>
    public static IEnumerable<byte[]> Real() => CorpusFolder.Find() is { } folder
        ? Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)
        : [];

    private static ReportedPolicy Policy(string domain, string type, long successful, FailureDetail[] details) => new()
    {
        PolicyType = type,
        PolicyDomain = domain,
        PolicyString = type == PolicyTypes.Sts ? ["version: STSv1", "mode: enforce", "max_age: 604800", $"mx: {Mx}"] : [],
        MxHost = type == PolicyTypes.Sts ? [Mx] : [],
        Successful = successful,
        Failed = details.Sum(detail => detail.FailedSessions),
        Details = details,
    };

    private static FailureDetail Detail(Random random) => new()
    {
        ResultType = Results[random.Next(Results.Length)],
        SendingMtaIp = string.Create(CultureInfo.InvariantCulture, $"2001:db8:{random.Next(65_536):x}:{random.Next(65_536):x}::{random.Next(65_536):x}"),
        ReceivingMxHostname = string.Create(CultureInfo.InvariantCulture, $"mx{random.Next(1, 9)}.bench.example"),
        ReceivingIp = string.Create(CultureInfo.InvariantCulture, $"203.0.113.{random.Next(256)}"),
        FailedSessions = random.Next(1, 400),
        FailureReasonCode = random.Next(2) == 0 ? "X509_V_ERR_CERT_HAS_EXPIRED" : null,
    };
}
