using System.Collections.Concurrent;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Testing;

/// <summary>
/// The smallest source that keeps the contract: a queue in memory as its mailbox, one mail at a time. It passes the contract's tests, so
/// that a failing test tells of the source under test and not of the test.
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

    /// <summary>Puts a mail into the mailbox; what is returned tells what has become of it.</summary>
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

    /// <summary>False: it stays where it is.</summary>
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
