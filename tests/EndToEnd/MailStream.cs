using System.Collections.Concurrent;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;

namespace MtaSts.EndToEnd;

/// <summary>A sender that hands its reports, one after the other, to a mail server, which has to deliver each.</summary>
internal sealed class MailStream(PostfixServer postfix, string address, string domain)
{
    /// <summary>The first report's number: others stay below.</summary>
    public const int First = 1_000_000;

    private volatile bool ended;

    /// <summary>Taken by the mail server: it delivers them, whatever happens.</summary>
    public ConcurrentDictionary<int, bool> Handed { get; } = new();

    public Task StartAsync(TimeSpan pace) => Task.Run(async () =>
    {
        using var client = await MailClient.ConnectAsync(postfix.Port);
        for (var number = First; !ended; number++)
        {
            await client.DeliverAsync(address, Mail(number));
            Handed[number] = true;
            await Task.Delay(pace);
        }
    });

    /// <summary>Ends the stream, and waits until the mail server has got rid of everything.</summary>
    public async Task EndAsync(Task sender, TimeSpan limit)
    {
        ended = true;
        await sender;
        await postfix.DrainAsync(limit);
    }

    private byte[] Mail(int number)
    {
        var report = NumberedReport.Of(number, domain);
        return ReportMail.Write(report, domain, new ReportMailOptions { From = "reports@bigmail.example", To = address, Date = report.Start.AddDays(1), Compress = number % 2 == 0 });
    }
}
