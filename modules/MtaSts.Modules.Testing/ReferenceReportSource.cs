using System.Collections.Concurrent;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Testing;

/// <summary>
/// A minimal source that meets the contract: its mailbox is a queue in memory, processed one mail at a time. It passes the contract's tests, which
/// shows that a failure is a fault of the source under test.
/// </summary>
public sealed class ReferenceReportSource(IReportInbox inbox, TimeProvider clock) : IReportSource
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);
    private readonly ConcurrentQueue<Item> mailbox = new();
    private volatile ReportSourceStatus status = new ReportSourceStatus.Waiting("It has not begun.");

    /// <inheritdoc/>
    public string Id => "source.reference";

    /// <inheritdoc/>
    public ReportSourceStatus Status => status;

    /// <summary>Adds a mail to the mailbox; the returned function gives its state.</summary>
    public Func<MailFate> Put(string token, byte[] mail)
    {
        var item = new Item(token, mail);
        mailbox.Enqueue(item);
        return () => item.Fate;
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                status = new ReportSourceStatus.Working("A queue in memory");
                if (!mailbox.TryPeek(out var item) || !await TakeAsync(item, stop))
                    await Task.Delay(LookAgain, clock, stop);
                else
                    mailbox.TryDequeue(out _);
            }
        }
        finally
        {
            status = new ReportSourceStatus.Waiting("It was stopped.");
        }
    }

    /// <summary>False: the mail stays in place.</summary>
    private async Task<bool> TakeAsync(Item item, CancellationToken stop)
    {
        var receipt = await inbox.AcceptAsync(new Envelope(Id, clock.GetUtcNow(), item.Mail, item.Token, null), stop);
        if (receipt is Receipt.Unavailable unavailable)
            status = new ReportSourceStatus.Troubled(unavailable.Reason);
        else
            item.Fate = receipt is Receipt.Stored ? MailFate.Acknowledged : MailFate.PutAside;
        return item.Fate != MailFate.Waiting;
    }

    private sealed class Item(string token, byte[] mail)
    {
        public string Token => token;

        public byte[] Mail => mail;

        public MailFate Fate { get; set; }
    }
}
