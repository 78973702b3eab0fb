using System.Globalization;
using MtaSts.Protocol.Reports;

namespace MtaSts.EndToEnd;

/// <summary>Mails of our own, for tests in which it matters where they lie and not what is in them.</summary>
internal static class MailboxMails
{
    public const string Domain = "harbour.example";

    /// <summary>Claims the domain, and makes as many mails to its report address.</summary>
    public static async Task<byte[][]> ClaimAsync(ApiClient api, int count)
    {
        await api.PostAsync("domains", new { name = Domain });
        var address = (string)(await api.GetAsync($"domains/{Domain}"))["reportAddress"]!;
        return [.. Enumerable.Range(0, count).Select(number => Mail(number, address))];
    }

    /// <param name="number">Tells them apart.</param>
    /// <param name="address">What the sender writes in its header <c>To</c>.</param>
    public static byte[] Mail(int number, string address)
    {
        var start = new DateTimeOffset(2026, 3, 1 + number, 0, 0, 0, TimeSpan.Zero);
        var report = new TlsReport
        {
            OrganizationName = "Bigmail Inc.",
            ContactInfo = "reports@bigmail.example",
            ReportId = $"r{number.ToString(CultureInfo.InvariantCulture)}",
            Start = start,
            End = start.AddDays(1).AddSeconds(-1),
            Policies = [new ReportedPolicy { PolicyType = PolicyTypes.Sts, PolicyDomain = Domain, Successful = 100 + number, Failed = 0, Details = [] }],
        };
        return ReportMail.Write(report, Domain, new ReportMailOptions { From = "reports@bigmail.example", To = address, Date = start.AddDays(1), Compress = number % 2 == 0 });
    }
}
