using System.Collections.Concurrent;
using System.Net.Sockets;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;

namespace MtaSts.EndToEnd;

/// <summary>A sender that hands its reports, one after the other, to a mail server, which has to deliver each.</summary>
internal sealed class MailStream(PostfixServer postfix, string address, string domain)
{
    /// <summary>The first report's number: others stay below.</summary>
    public const int First = 1_000_000;

    private volatile bool ended;
    private volatile string? lastFault;

    /// <summary>Taken by the mail server: it delivers them, whatever happens.</summary>
    public ConcurrentDictionary<int, bool> Handed { get; } = new();

    /// <summary>A mail that is not taken is sent again, by a new connection, as a client of a mail server does it.</summary>
    public Task StartAsync(TimeSpan pace) => Task.Run(async () =>
    {
        for (var number = First; !ended;)
        {
            try
            {
                using var client = await MailClient.ConnectAsync(postfix.Port);
                for (; !ended; number++)
                {
                    await client.DeliverAsync(address, Mail(number));
                    Handed[number] = true;
                    await Task.Delay(pace);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
            {
                lastFault = exception.Message;
                await Task.Delay(pace);
            }
        }
    });

    public override string ToString() => $"{Handed.Count} mails handed over{(lastFault is null ? "" : $", last fault: {lastFault}")}";

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
