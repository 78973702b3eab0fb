using System.Globalization;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Host.Demo;

/// <summary>
/// Realistic reports for a demo domain: less mail at weekends, a few senders of very different size, and the events of its story. The same seed gives the same reports.
/// </summary>
internal sealed class DemoReports(DemoDomain domain, DateOnly today, int seed)
{
    /// <summary>Days of reports before today.</summary>
    public const int Days = 60;

    private const int CertificateExpired = 13; // days ago, for two days
    private const int MxRenamed = 9; // days ago; senders that compare ids keep the old policy from then on

    private static readonly Sender[] Senders =
    [
        new("Bigmail Inc.", "bigmail.example", 0.55, "192.0.2.", false),
        new("Officepost Corporation", "officepost.example", 0.30, "198.51.100.", true),
        new("Mailcove", "mailcove.example", 0.12, "203.0.113.", false),
        new("mx.postbus.example", "postbus.example", 0.03, "2001:db8::", false),
    ];

    /// <summary>Every report, oldest day first.</summary>
    public IEnumerable<TlsReport> All()
    {
        var random = new Random(seed);
        for (var ago = Days; ago >= 1; ago--)
        {
            foreach (var sender in Senders)
            {
                if (Sessions(today.AddDays(-ago), sender, random) is var sessions and > 0)
                    yield return Report(ago, sender, sessions, random);
            }
        }
    }

    private int Sessions(DateOnly day, Sender sender, Random random)
    {
        var rhythm = day.DayOfWeek switch { DayOfWeek.Saturday => 0.32, DayOfWeek.Sunday => 0.24, DayOfWeek.Monday => 1.12, DayOfWeek.Friday => 0.86, _ => 1.0 };
        return (int)(domain.Sessions * sender.Share * rhythm * (0.85 + (0.3 * random.NextDouble())));
    }

    private TlsReport Report(int ago, Sender sender, int sessions, Random random)
    {
        var day = today.AddDays(-ago);
        var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var failures = Failures(ago, sender, sessions, random).Where(f => f.FailedSessions > 0).ToArray();
        var failed = failures.Sum(f => f.FailedSessions);
        var sts = new ReportedPolicy
        {
            PolicyType = HasPolicy ? PolicyTypes.Sts : PolicyTypes.NoPolicyFound,
            PolicyDomain = domain.Name,
            PolicyString = HasPolicy ? PolicyLines(ago, sender) : [],
            MxHost = HasPolicy ? MxAt(ago, sender) : [],
            Successful = sessions - failed,
            Failed = failed,
            Details = failures,
        };
        return new TlsReport
        {
            OrganizationName = sender.Organization,
            ContactInfo = "tls-reports@" + sender.Domain,
            ReportId = string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}T00:00:00Z_{domain.Name}@{sender.Domain}"),
            Start = start,
            End = start.AddDays(1).AddSeconds(-1),
            // One large sender reports the same sessions under both kinds of policy.
            Policies = sender.ReportsTlsa && HasPolicy ? [sts, sts with { PolicyType = PolicyTypes.Tlsa, PolicyString = [], MxHost = [], Details = [], Successful = sessions, Failed = 0 }] : [sts],
        };
    }

    private bool HasPolicy => domain.Story != DemoStory.Monitored;

    private IEnumerable<FailureDetail> Failures(int ago, Sender sender, int sessions, Random random)
    {
        if (random.Next(9) == 0)
            yield return Failure(ResultTypes.ValidationFailure, domain.Mx[0], sender, 1 + random.Next(2), "connection reset during the handshake");
        if (domain.Story == DemoStory.ExpiredCertificate && ago is CertificateExpired or CertificateExpired - 1)
            yield return Failure(ResultTypes.CertificateExpired, domain.Mx[1], sender, sessions * 38 / 100, "X509_V_ERR_CERT_HAS_EXPIRED");
        if (domain.Story == DemoStory.StaleId && ago <= MxRenamed && KeepsOldPolicy(sender))
            yield return Failure(ResultTypes.ValidationFailure, domain.Mx[0], sender, sessions * 61 / 100, "mx not listed in the cached policy");
        if (domain.Story == DemoStory.Monitored)
            yield return Failure(ResultTypes.StarttlsNotSupported, domain.Mx[1], sender, Math.Max(1, sessions * 4 / 100), null);
        if (domain.Story == DemoStory.Healthy && ago == 31 && sender.Share > 0.5)
            yield return Failure(ResultTypes.StsPolicyFetchError, null, sender, 3, "timeout");
    }

    private static FailureDetail Failure(string type, string? mx, Sender sender, int sessions, string? reason) => new()
    {
        ResultType = type,
        SendingMtaIp = sender.Network + (10 + (sessions % 80)).ToString(CultureInfo.InvariantCulture),
        ReceivingMxHostname = mx,
        FailedSessions = sessions,
        FailureReasonCode = reason,
    };

    private static bool KeepsOldPolicy(Sender sender) => sender.Share < 0.5;

    private string[] MxAt(int ago, Sender sender) => domain.Story == DemoStory.StaleId && (ago > MxRenamed || KeepsOldPolicy(sender)) ? ["mx1.brightwater-books.example", domain.Mx[1]] : domain.Mx;

    private string[] PolicyLines(int ago, Sender sender) =>
        ["version: STSv1", $"mode: {domain.Mode.ToText()}", string.Create(CultureInfo.InvariantCulture, $"max_age: {domain.MaxAge}"), .. MxAt(ago, sender).Select(mx => "mx: " + mx)];

    private sealed record Sender(string Organization, string Domain, double Share, string Network, bool ReportsTlsa);
}
